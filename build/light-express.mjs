// Parts of express that cost start time, made light in the bundle.
import { readFile } from 'node:fs/promises';

/** Node decodes every charset of the web itself; the package brings 500 KB of tables. */
const iconvLite = `
const canDecode = (charset) => { try { return Boolean(new TextDecoder(charset)); } catch { return false; } };
const getDecoder = (charset) => {
  const decoder = new TextDecoder(charset);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
};
const decode = (bytes, charset) => new TextDecoder(charset).decode(bytes);
module.exports = { encodingExists: canDecode, getDecoder, decode };
`;

/** The package builds this on a census of all intrinsics, for engines that have no Map. */
const sideChannel = `
module.exports = () => {
  const map = new Map();
  return {
    assert(key) { if (!map.has(key)) throw new TypeError('Side channel does not contain the key'); },
    delete: (key) => map.delete(key),
    get: (key) => map.get(key),
    has: (key) => map.has(key),
    set: (key, value) => void map.set(key, value),
  };
};
`;

const replacements = { 'iconv-lite': iconvLite, 'side-channel': sideChannel };

export const lightExpress = {
  name: 'light-express',
  setup(api) {
    const namespace = 'light-express';
    api.onResolve({ filter: /^(?:iconv-lite|side-channel)$/ }, ({ path: name }) => ({
      path: name,
      namespace,
    }));
    api.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({ contents: replacements[name] }));
    // V8 reads a large literal much faster as JSON than as code.
    api.onLoad({ filter: /\/mime-db\/db\.json$/ }, async ({ path: file }) => {
      const types = JSON.stringify(JSON.parse(await readFile(file, 'utf8')));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(types)});` };
    });
  },
};
