export function bundle(only?: string): Promise<void>;
