// Prints by how many MB a fresh process grows at most while our client sends one file to an Orthanc.
import { systemClock } from '../core/clock.ts';
import { createOrthancClient } from '../core/orthanc/client.ts';
import { createHttp } from '../core/undici-http.ts';

const [, , baseUrl, path] = process.argv;
const http = createHttp({ clock: systemClock });
const client = createOrthancClient({ http, baseUrl });
await client.system();
const before = process.memoryUsage.rss();
const { Status } = await client.upload({ path });
if (Status !== 'Success') throw new Error(`Orthanc said ${Status}.`);
// maxRSS counts kilobytes
console.log(Math.max(0, process.resourceUsage().maxRSS - before / 1024) / 1024);
await http.close();
