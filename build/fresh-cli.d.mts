export function freshCli(): Promise<string>;
