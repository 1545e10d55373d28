// Prints how long the first load of a fresh process takes, of the mock or of the baseline.
import { insertAll, loadAll, syntheaTexts } from './synthea.ts';

const texts = syntheaTexts();
console.log(process.argv[2] === 'mock' ? (await loadAll(texts)).acknowledged : insertAll(texts));
