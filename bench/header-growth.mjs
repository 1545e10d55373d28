// Prints by how many MB a fresh process grows when it reads the header of a file for the first time.
import { readHeader } from '../core/dicom/header.ts';

const before = process.memoryUsage.rss();
const header = await readHeader(process.argv[2]);
const grown = process.memoryUsage.rss() - before;
if (header.size < 1024 ** 3) throw new Error('The file is smaller than it should be.');
console.log(Math.max(0, grown) / 1024 ** 2);
