// txt-1 and txt-2: what a narrative's div may hold (http://hl7.org/fhir/R4/narrative.html#rules).
import { type Text, text } from '../../text.ts';

const allowedElements = new Set(
  `a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt
  em h1 h2 h3 h4 h5 h6 hr i img ins kbd li map area ol p pre q samp small span strong style sub sup table
  tbody td tfoot th thead tr tt u ul var font center strike s svg`.split(/\s+/),
);
const voidText = /^[\s\u00a0]*$/;
const bareAmpersand = /&(?!(?:[A-Za-z]\w*|#\d+|#x[\dA-Fa-f]+);)/;
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</g;

interface Reading {
  /** Elements that are open, outermost first. */
  readonly open: string[];
  seenRoot: boolean;
  hasContent: boolean;
}

/** What is wrong with the XHTML, or undefined. */
export function narrativeFault(xhtml: string): Text | undefined {
  const reading: Reading = { open: [], seenRoot: false, hasContent: false };
  for (const [whole, closing, name, attributes = '', selfClosing] of xhtml.trim().matchAll(token)) {
    const fault =
      name === undefined
        ? readText(reading, whole)
        : closing === '/'
          ? closeElement(reading, name)
          : openElement(reading, name, attributes, selfClosing === '/');
    if (fault !== undefined) return fault;
  }
  if (!reading.seenRoot) return rootMustBeDiv();
  if (reading.open.length > 0) return notWellFormed();
  return reading.hasContent ? undefined : text('A narrative must say something: its div is empty.');
}

function readText(reading: Reading, whole: string): Text | undefined {
  if (whole === '<') return notWellFormed();
  if (!whole.startsWith('<!') && bareAmpersand.test(whole)) return notWellFormed();
  const isText = !whole.startsWith('<!--') && !voidText.test(whole);
  if (isText && reading.open.length === 0) return rootMustBeDiv();
  reading.hasContent ||= isText;
  return undefined;
}

function openElement(
  reading: Reading,
  name: string,
  attributes: string,
  selfClosing: boolean,
): Text | undefined {
  const { open } = reading;
  if (open.length === 0 && (name !== 'div' || reading.seenRoot || isForeign(attributes)))
    return rootMustBeDiv();
  if (attributes !== '' && !isWellFormed(attributes)) return notWellFormed();
  if (!open.includes('svg') && !allowedElements.has(name)) {
    return text('A narrative may hold basic HTML only, not {element}.', { element: name });
  }
  if (/\son\w+\s*=/i.test(attributes)) return text('A narrative may hold no event handlers.');
  reading.seenRoot = true;
  reading.hasContent ||= name === 'img';
  if (!selfClosing) open.push(name);
  return undefined;
}

/** Of another namespace than XHTML; HAPI takes a div that states none. */
function isForeign(attributes: string): boolean {
  const namespace = /\sxmlns\s*=\s*["']([^"']*)/.exec(attributes)?.[1];
  return namespace !== undefined && namespace !== 'http://www.w3.org/1999/xhtml';
}

function isWellFormed(attributes: string): boolean {
  const names = [...attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)].map(
    ([, name]) => name,
  );
  return new Set(names).size === names.length && !bareAmpersand.test(attributes);
}

function closeElement({ open }: Reading, name: string): Text | undefined {
  return open.pop() === name ? undefined : notWellFormed();
}

function rootMustBeDiv(): Text {
  return text('A narrative must be a single div element of XHTML.');
}

function notWellFormed(): Text {
  return text('The narrative is not well-formed XHTML.');
}
