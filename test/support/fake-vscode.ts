// As much of the module `vscode` as the extension's own logic needs outside of an editor.
// Import this first; then import the module under test with `await import`.
import { registerHooks } from 'node:module';

const url = import.meta.url;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode'
      ? { url, format: 'module', shortCircuit: true }
      : next(specifier, context),
});

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export const l10n = { t: (template: string) => template };
