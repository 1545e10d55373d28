// The proxy that VS Code itself uses: its settings, else the environment that it was started in.
import * as vscode from 'vscode';
import { noProxyOfEnvironment, type ProxySettings, proxyOfEnvironment } from '#core/http-proxy.ts';

/** Settings whose change makes another proxy. */
export const proxySettingNames = ['http.proxy', 'http.noProxy', 'http.proxySupport'] as const;

/** Undefined for none. */
export function currentProxy(): ProxySettings | undefined {
  const settings = vscode.workspace.getConfiguration('http');
  if (settings.get<string>('proxySupport') === 'off') return undefined;
  // biome-ignore lint/style/noProcessEnv: VS Code inherits the proxy from there too (setting http.proxy).
  const environment = process.env;
  const noProxy =
    settings.get<readonly string[]>('noProxy', []).join(',') || noProxyOfEnvironment(environment);
  const address = settings.get('proxy', '').trim();
  const proxy = address ? { http: address, https: address } : proxyOfEnvironment(environment);
  return proxy && { ...proxy, ...(noProxy && { noProxy }) };
}
