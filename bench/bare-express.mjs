// Baseline: express sending the bytes of a file, with the headers given, and nothing else.
import { readFileSync } from 'node:fs';
import express from 'express';

const [file, headers = '{}'] = process.argv.slice(2);
const body = readFileSync(file);
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/fhir/Patient/:id', (_request, response) => {
  response.set(JSON.parse(headers));
  response.send(body);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/fhir`);
});
