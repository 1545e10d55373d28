// A program of its own for what is fixed when a process starts: `node get-once.ts URL` prints the status.
import { systemClock } from '#core/clock.ts';
import { createHttp } from '#core/undici-http.ts';

const http = createHttp({ clock: systemClock });
const { status } = await http.send({ method: 'GET', url: process.argv[2] ?? '' });
process.stdout.write(String(status));
await http.close();
