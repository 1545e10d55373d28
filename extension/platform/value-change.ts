import * as vscode from 'vscode';

/** While a person types an address, the servers behind it are left alone. */
const PAUSE_MS = 500;

/** Runs once a value that some events may have changed really is another one, after a pause. */
export function onValueChange(
  events: readonly vscode.Event<unknown>[],
  read: () => string,
  run: () => void,
): vscode.Disposable {
  let known = read();
  let pause: NodeJS.Timeout | undefined;
  const look = () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const value = read();
      if (value === known) return;
      known = value;
      run();
    }, PAUSE_MS);
  };
  const watchers = events.map((event) => event(look));
  return vscode.Disposable.from(...watchers, { dispose: () => clearTimeout(pause) });
}
