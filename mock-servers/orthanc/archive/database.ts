// The index on disk. The archive works on memory and writes each change through, one transaction an upload,
// so that whatever was acknowledged is there after a crash of the process.
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { Attachment, Change, Level, MetadataEntry, Resource } from './model.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS resources(
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, level TEXT NOT NULL, parent INTEGER, content TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS changes(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, level TEXT NOT NULL, id TEXT NOT NULL, date TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS changes_of ON changes(id);
  CREATE TABLE IF NOT EXISTS properties(name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

/** A resource as its row holds it. */
interface Content {
  readonly tags: readonly (readonly [string, string])[];
  readonly patientTags: readonly (readonly [string, string])[];
  readonly metadata: readonly (readonly [number, MetadataEntry])[];
  readonly attachments: readonly (readonly [number, Attachment])[];
  readonly labels: readonly string[];
  readonly isProtected: boolean;
}

export interface ChangeQuery {
  readonly since: number;
  readonly limit: number;
  readonly types: readonly string[];
  readonly to?: number;
}

/** Every row, as SQLite holds it. */
export type IndexImage = Readonly<Record<string, readonly Row[]>>;
type Row = Readonly<Record<string, SQLOutputValue>>;

const tables = ['resources', 'changes', 'properties', 'sqlite_sequence'] as const;

export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** `:memory:` or the path of a file. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    // A process that dies loses nothing: the page cache is the system's. WAL keeps readers off the writer.
    this.#db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;',
    );
    this.#db.exec(schema);
  }

  transaction<Result>(work: () => Result): Result {
    this.#prepare('BEGIN').run();
    try {
      const result = work();
      this.#prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** All resources, parents before their children. */
  load(): Resource[] {
    const byRow = new Map<number, Resource>();
    const rows = this.#prepare(
      'SELECT row, id, level, parent, content FROM resources ORDER BY row',
    ).all();
    for (const each of rows) {
      const parent = each['parent'] === null ? undefined : byRow.get(Number(each['parent']));
      const resource = revived(
        Number(each['row']),
        String(each['id']),
        String(each['level']) as Level,
        parent,
        String(each['content']),
      );
      byRow.set(resource.row, resource);
      parent?.children.add(resource);
    }
    return [...byRow.values()];
  }

  insert(resource: Resource): void {
    this.#prepare(
      'INSERT INTO resources(row, id, level, parent, content) VALUES(?, ?, ?, ?, ?)',
    ).run(
      resource.row,
      resource.id,
      resource.level,
      resource.parent?.row ?? null,
      contentOf(resource),
    );
  }

  update(resource: Resource): void {
    this.#prepare('UPDATE resources SET content = ? WHERE row = ?').run(
      contentOf(resource),
      resource.row,
    );
  }

  remove(resource: Resource): void {
    this.#prepare('DELETE FROM resources WHERE row = ?').run(resource.row);
    // Orthanc forgets the changes of a resource together with it.
    this.#prepare('DELETE FROM changes WHERE id = ?').run(resource.id);
  }

  addChange(type: string, level: Level, id: string, date: string): void {
    this.#prepare('INSERT INTO changes(type, level, id, date) VALUES(?, ?, ?, ?)').run(
      type,
      level,
      id,
      date,
    );
  }

  changes({ since, limit, types, to }: ChangeQuery): { changes: Change[]; done: boolean } {
    const marks = types.map(() => '?').join(', ');
    const filter = types.length > 0 ? `AND type IN (${marks})` : '';
    const upTo = to === undefined ? '' : 'AND seq <= ?';
    // With `to` alone the newest come, as a client walks backwards.
    const backwards = to !== undefined && since === 0;
    const rows = this.#prepare(
      `SELECT seq, type, level, id, date FROM changes WHERE seq > ? ${filter} ${upTo}
       ORDER BY seq ${backwards ? 'DESC' : 'ASC'} LIMIT ?`,
    ).all(since, ...types, ...(to === undefined ? [] : [to]), limit + 1);
    const page = rows.slice(0, limit).map(changeOf);
    return { changes: backwards ? page.reverse() : page, done: rows.length <= limit };
  }

  lastChange(): Change | undefined {
    const row = this.#prepare(
      'SELECT seq, type, level, id, date FROM changes ORDER BY seq DESC LIMIT 1',
    ).get();
    return row && changeOf(row);
  }

  /** Number of the newest change ever made, deleted ones included. */
  lastSeq(): number {
    const row = this.#prepare("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").get();
    return Number(row?.['seq'] ?? 0);
  }

  forgetChanges(): void {
    this.#db.exec('DELETE FROM changes');
  }

  property(name: string): string | undefined {
    const row = this.#prepare('SELECT value FROM properties WHERE name = ?').get(name);
    return row && String(row['value']);
  }

  setProperty(name: string, value: string): void {
    this.#prepare('INSERT OR REPLACE INTO properties(name, value) VALUES(?, ?)').run(name, value);
  }

  clear(): void {
    this.#db.exec(
      'DELETE FROM resources; DELETE FROM changes; DELETE FROM sqlite_sequence; DELETE FROM properties;',
    );
  }

  image(): IndexImage {
    return Object.fromEntries(
      tables.map((table) => [table, this.#prepare(`SELECT * FROM ${table}`).all()]),
    );
  }

  /** Replaces everything by what `image` gave. */
  restore(image: IndexImage): void {
    this.transaction(() => {
      this.clear();
      for (const table of tables) {
        for (const row of image[table] ?? []) {
          const names = Object.keys(row);
          const marks = names.map(() => '?').join(', ');
          // Filling a table has numbered its rows already.
          if (table === 'sqlite_sequence') this.#prepare('DELETE FROM sqlite_sequence').run();
          this.#prepare(`INSERT INTO ${table}(${names.join(', ')}) VALUES(${marks})`).run(
            ...Object.values(row),
          );
        }
      }
    });
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function contentOf(resource: Resource): string {
  const content: Content = {
    tags: [...resource.tags],
    patientTags: [...resource.patientTags],
    metadata: [...resource.metadata],
    attachments: [...resource.attachments],
    labels: [...resource.labels],
    isProtected: resource.isProtected,
  };
  return JSON.stringify(content);
}

function revived(
  row: number,
  id: string,
  level: Level,
  parent: Resource | undefined,
  text: string,
): Resource {
  const content: Content = JSON.parse(text);
  return {
    id,
    level,
    parent,
    row,
    children: new Set(),
    tags: new Map(content.tags),
    patientTags: new Map(content.patientTags),
    metadata: new Map(content.metadata),
    attachments: new Map(content.attachments),
    labels: new Set(content.labels),
    isProtected: content.isProtected,
  };
}

function changeOf(row: Record<string, unknown>): Change {
  return {
    seq: Number(row['seq']),
    type: String(row['type']),
    level: String(row['level']) as Level,
    id: String(row['id']),
    date: String(row['date']),
  };
}
