// The transfer syntaxes that Orthanc knows by name.
import { OrthancError } from './errors.ts';

export function transferSyntaxes(): string[] {
  const jpeg = [...range(50, 66), 70, 80, 81, ...range(90, 95), ...range(100, 108)].map(
    (end) => `.4.${end}`,
  );
  const ends = ['', '.1', '.1.99', '.2', ...jpeg, '.5', '.6.1', '.6.2'];
  return ends.map((end) => `1.2.840.10008.1.2${end}`);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export function isTransferSyntax(uid: string): boolean {
  return transferSyntaxes().includes(uid);
}

export function unknownTransferSyntax(uid: string): OrthancError {
  return new OrthancError('outOfRange', `Unknown transfer syntax: ${uid}`);
}
