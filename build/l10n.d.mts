export function mergeBundles(folder: string): Promise<Record<string, string>>;
