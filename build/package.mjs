// `npm run package`: the extension as a file, openemr-workbench.vsix in the root of the checkout.
import { fileURLToPath } from 'node:url';
import { packageExtension } from '../test/ui/package-vsix.ts';
import { bundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await bundle();
const file = await packageExtension(root, root);
console.log(`${file}\nInstall it: code --install-extension ${file}`);
