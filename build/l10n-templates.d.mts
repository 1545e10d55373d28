export function templatesOf(source: string): string[];
export function placeholdersOf(sentence: string): string[];
