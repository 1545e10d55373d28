export function freshCli(onBuilt?: (ms: number) => void): Promise<string>;
