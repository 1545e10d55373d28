// Prints how long the first load of a fresh process takes, of the mock or of the baseline.
import { mockLoads, plainLoads, syntheaTexts } from './synthea.ts';

const texts = syntheaTexts();
const isMock = process.argv[2] === 'mock';
console.log(isMock ? (await mockLoads(texts)()).acknowledged : plainLoads(texts)());
