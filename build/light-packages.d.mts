import type { Plugin } from 'esbuild';

export const lightPackages: Plugin;
