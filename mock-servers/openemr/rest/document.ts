// A patient's documents: numeric pid, a category as ?path=/Medical Record, multipart upload.
import { bare, queryOf } from './answers.ts';
import type { ApiAnswer, ApiWorld, Handler } from './api-route.ts';
import { parseUpload } from './multipart.ts';

/** Needs ?path=; names are uuids in 7.0.x (issue 8304). */
export const listDocuments: Handler = (request, world) => {
  const path = queryOf(request)['path'];
  const name = world.settings().bugs.documentNameIsUuid ? 'd.uuid' : 'd.name';
  const rows = world.records.database.all(
    `SELECT ${name} AS filename, d.id, d.mimetype, d.docdate FROM documents d
     WHERE d.foreign_id = ? AND d.category = ? AND d.deleted = 0 ORDER BY d.id`,
    request.params['pid'] ?? '',
    categoryOf(path),
  );
  return bare(rows, world);
};

/** 200 and `true`, also for a pid that nobody has (issue 13407). */
export const postDocument: Handler = (request, world) => {
  const isChecked = !world.settings().bugs.documentForUnknownPatient;
  if (isChecked && !isPatient(world, request.params['pid'] ?? '')) return bare(false, world);
  const category = categoryOf(queryOf(request)['path']);
  const file = parseUpload(request.body, request.header('content-type') ?? '', 'document');
  if (!file || category === '') return bare(false, world);
  world.records.database.insert('documents', {
    uuid: world.records.newUuid(),
    type: 'file_url',
    size: file.bytes.length,
    date: world.records.now(),
    url: `file://${request.params['pid']}/${file.name}`,
    mimetype: file.mimetype,
    owner: 1,
    foreign_id: request.params['pid'] ?? '',
    docdate: world.records.today(),
    name: file.name,
    category,
    content: file.bytes,
  });
  return bare(true, world);
};

function isPatient(world: ApiWorld, pid: string): boolean {
  return (
    world.records.database.get('SELECT pid FROM patient_data WHERE pid = ?', pid) !== undefined
  );
}

export const getDocument: Handler = ({ params }, world): ApiAnswer => {
  const row = world.records.database.get(
    'SELECT name, mimetype, content FROM documents WHERE foreign_id = ? AND id = ? AND deleted = 0',
    params['pid'] ?? '',
    params['did'] ?? '',
  );
  const content = row?.['content'];
  if (!row || !(content instanceof Uint8Array)) return bare(undefined, world);
  const name = String(row['name'] ?? '').replace(/[^\x20-\x7e]|["\\]/g, '_');
  return {
    status: 200,
    bytes: content,
    headers: {
      'Content-Description': 'File Transfer',
      'Content-Transfer-Encoding': 'binary',
      Expires: '0',
      'Cache-Control': 'must-revalidate, post-check=0, pre-check=0',
      'Content-Disposition': `attachment; filename=${name}`,
      'Content-Type': String(row['mimetype'] ?? 'application/octet-stream'),
    },
  };
};

// `/Medical_Record/` and `Medical Record` are the same category.
function categoryOf(path: string | undefined): string {
  return (path ?? '')
    .replace(/^\/|\/$/g, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}
