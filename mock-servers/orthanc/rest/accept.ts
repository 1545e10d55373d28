// Content negotiation (RFC 9110 12.5.1) as Orthanc does it: names in their own case, the best quality first.

export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** `offer` is what fits, `accepted` how the client has named it. */
export interface Negotiated {
  readonly offer: string;
  readonly accepted: MediaType;
}

/** @returns undefined when nothing that is offered fits */
export function negotiate(header: string, offers: readonly string[]): Negotiated | undefined {
  const wanted = header
    .split(',')
    .map(mediaType)
    .sort((a, b) => quality(b) - quality(a) || wildcards(a) - wildcards(b));
  for (const accepted of wanted) {
    const offer = offers.find((each) => fits(each, accepted.type));
    if (offer !== undefined) return { offer, accepted };
  }
  return undefined;
}

/** Of a parameter that is there twice the last counts. */
export function mediaType(text: string): MediaType {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = rest.map((part) => {
    const [name = '', value = ''] = part.split('=');
    return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
  });
  return { type, parameters: new Map(parameters) };
}

function fits(offer: string, pattern: string): boolean {
  return pattern === '*/*' || pattern === offer || pattern === `${offer.split('/', 1)[0]}/*`;
}

function quality({ parameters }: MediaType): number {
  const value = Number(parameters.get('q') ?? 1);
  return Number.isNaN(value) ? 1 : value;
}

function wildcards({ type }: MediaType): number {
  return type.split('*').length;
}
