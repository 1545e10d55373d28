// `vscode` and Node's own modules in the bundle of the extension. esbuild by itself asks for them anew for
// every file and copies all their properties each time, half of the time that the bundle takes to load.
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import process from 'node:process';

export const hostModules = {
  name: 'host-modules',
  setup(api) {
    const namespace = 'host-module';
    api.onLoad({ filter: /[\\/]extension[\\/].*\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        "import * as vscode from 'vscode';",
        "const vscode = require('vscode');",
      ),
      loader: 'ts',
    }));
    api.onResolve({ filter: /^(?:vscode|node:.*)$/ }, ({ path: name, namespace: from }) =>
      from === namespace ? { path: name, external: true } : { path: name, namespace },
    );
    api.onLoad({ filter: /^vscode$/, namespace }, () => ({
      contents: "module.exports = require('vscode');",
    }));
    api.onLoad({ filter: /^node:/, namespace }, ({ path: name }) =>
      isBuiltin(name)
        ? { contents: partsOf(name) }
        : { errors: [{ text: `Node has no module ${name}.` }] },
    );
  },
};

/** Named exports, of which the bundle keeps what is used. */
function partsOf(name) {
  const parts = Object.keys(process.getBuiltinModule(name)).filter((part) => part !== 'default');
  return `
const whole = process.getBuiltinModule('${name}');
const part = (name) => whole[name];
${parts.map((part) => `const $${part} = /* @__PURE__ */ part('${part}');`).join('\n')}
export { ${parts.map((part) => `$${part} as ${part}`).join(', ')} };
export default whole;
`;
}
