// GET Binary/:id: the bytes of a document, whose id is a number.
import { pidOf } from '../../records/patients.ts';
import { ApiRefusal } from '../../refusals.ts';
import type { Handler } from '../../rest/api-route.ts';

export const readBinary: Handler = ({ params, bearer }, { records }) => {
  const row = records.database.get(
    'SELECT mimetype, name, content, foreign_id FROM documents WHERE id = ? AND deleted = 0',
    params['id'] ?? '',
  );
  const content = row?.['content'];
  if (!row || !(content instanceof Uint8Array)) return { status: 404, body: [] };
  const patient = bearer?.patientUuid;
  if (patient !== undefined && pidOf(records, patient) !== row['foreign_id']) {
    throw new ApiRefusal('aclDenied');
  }
  const name = String(row['name'] ?? '').replace(/[^\x20-\x7e]|["\\]/g, '_');
  return {
    status: 200,
    bytes: content,
    headers: {
      'Content-Disposition': `attachment; filename="${name}"`,
      'Content-Type': String(row['mimetype']),
    },
  };
};

/** Keeps bytes as a document and gives its number. */
export function storeDocument(
  records: Parameters<Handler>[1]['records'],
  document: Readonly<{
    name: string;
    mimetype: string;
    category: string;
    content: string;
    pid: number;
  }>,
): { id: number; uuid: string } {
  const content = Buffer.from(document.content, 'utf8');
  const uuid = records.newUuid();
  const id = records.database.insert('documents', {
    uuid,
    type: 'file_url',
    size: content.length,
    date: records.now(),
    url: `file://${document.pid}/${document.name}`,
    mimetype: document.mimetype,
    owner: 1,
    foreign_id: document.pid,
    docdate: records.today(),
    name: document.name,
    category: document.category,
    content,
  });
  return { id, uuid };
}
