// Runs in the extension host of VS Code: activates an empty extension and ours, and writes down what VS Code
// itself has measured for both (its command "Developer: Startup Performance").
const { writeFileSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const vscode = require('vscode');

const extensions = { empty: 'bench.empty', ours: 'openemr-workbench.openemr-workbench' };

exports.run = async () => {
  // VS Code's own extensions start in the first seconds and would take turns with ours.
  await delay(3000);
  for (const id of Object.values(extensions)) await vscode.extensions.getExtension(id).activate();
  await vscode.commands.executeCommand('perfview.show');
  const words = await until(() =>
    vscode.workspace.textDocuments
      .find(({ uri }) => uri.scheme === 'perf')
      ?.getText()
      .match(/## Extension Activation Stats[^#]*/)
      ?.at(0),
  );
  const rows = Object.entries(extensions).map(([name, id]) => [name, timesOf(words, id)]);
  writeFileSync(process.env.ACTIVATION_REPORT, JSON.stringify(Object.fromEntries(rows)));
};

/** `| id | eager | load code | call activate | finish activate | event | by |` */
function timesOf(words, id) {
  const row = words.split('\n').find((line) => line.split('|')[1]?.trim() === id);
  const [loadMs, callMs, finishMs] = row.split('|').slice(3, 6).map(Number);
  return { loadMs, callMs, finishMs };
}

async function until(read) {
  for (;;) {
    const value = read();
    if (value) return value;
    await delay(50);
  }
}
