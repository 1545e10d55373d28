// Packages of which the bundle needs little, and parts of packages that cost start time, made light.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

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

/** The agent and its `request`, which is all that we use: without fetch, mocks, caches and WebSocket it loads in half the time. */
const undici = `
Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, {
  request: require('undici/lib/api/api-request'),
});
exports.Agent = require('undici/lib/dispatcher/agent');
// Loads with the first request that needs it.
Object.defineProperty(exports, 'ProxyAgent', { get: () => require('undici/lib/dispatcher/proxy-agent') });
`;

/** dcmjs-codecs needs it for whole files only; we give it frames. */
const dcmjs = 'module.exports = { data: {}, log: {} };';

/** Express loads these at once and needs them with the first body, type or file, if ever. */
const lazy = {
  'body-parser': `
for (const name of ['json', 'raw', 'text', 'urlencoded']) {
  exports[name] = (options) => {
    let parse;
    return (request, response, next) => {
      parse ??= require('body-parser')[name](options);
      parse(request, response, next);
    };
  };
}
`,
  'mime-types': `
for (const name of ['charset', 'contentType', 'extension', 'lookup']) {
  exports[name] = (value) => require('mime-types')[name](value);
}
`,
  send: `module.exports = (...args) => require('send')(...args);`,
  'serve-static': `module.exports = (...args) => require('serve-static')(...args);`,
};

const replacements = {
  'iconv-lite': iconvLite,
  'side-channel': sideChannel,
  undici,
  dcmjs,
  ...lazy,
};
const names = new RegExp(`^(?:${Object.keys(replacements).join('|')})$`);

export const lightPackages = {
  name: 'light-packages',
  setup(api) {
    const namespace = 'light-packages';
    api.onResolve({ filter: names }, ({ path: name, importer, namespace: from }) =>
      // What stands for a package means the package itself.
      from === namespace && importer === name ? undefined : { path: name, namespace },
    );
    api.onLoad({ filter: /.*/, namespace }, ({ path: name }) => ({
      contents: replacements[name],
      resolveDir: root,
    }));
    // V8 reads a large literal much faster as JSON than as code.
    api.onLoad({ filter: /\/mime-db\/db\.json$/ }, async ({ path: file }) => {
      const types = JSON.stringify(JSON.parse(await readFile(file, 'utf8')));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(types)});` };
    });
  },
};
