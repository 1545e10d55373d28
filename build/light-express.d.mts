import type { Plugin } from 'esbuild';

export const lightExpress: Plugin;
