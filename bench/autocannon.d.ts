// The package has no types of its own; this is what the benchmarks use of it.
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** seconds */
    readonly duration: number;
    readonly method?: string;
    readonly body?: string | Buffer;
    readonly headers?: Readonly<Record<string, string>>;
  }
  interface Result {
    readonly requests: { readonly average: number };
    readonly non2xx: number;
    readonly errors: number;
  }
  // biome-ignore lint/style/noDefaultExport: the package is a default export
  export default function autocannon(options: Options): Promise<Result>;
}
