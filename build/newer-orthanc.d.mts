export const newerOrthanc: { readonly version: '1.12.7'; readonly folder: string };
export function unpackNewerOrthanc(): string | undefined;
