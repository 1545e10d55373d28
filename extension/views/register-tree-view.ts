import * as vscode from 'vscode';

/** A tree and its view live and end together. */
export function registerTreeView<T>(
  viewId: string,
  tree: vscode.TreeDataProvider<T> & vscode.Disposable,
): vscode.Disposable {
  const options = { treeDataProvider: tree, showCollapseAll: true };
  return vscode.Disposable.from(vscode.window.createTreeView(viewId, options), tree);
}
