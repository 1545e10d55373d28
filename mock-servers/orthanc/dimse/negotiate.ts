// Which presentation contexts are accepted and with which transfer syntax. Every rule was read off the
// answers of Orthanc 1.10.1 and 1.12.7 to proposals made for the purpose (test/conformance/orthanc/negotiation.test.ts).
import type { AssociateRequest, PresentationContext } from '#core/dimse/pdu-associate.ts';
import {
  PATIENT_ROOT_FIND,
  PATIENT_ROOT_GET,
  PATIENT_ROOT_MOVE,
  STORAGE_COMMITMENT,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  STUDY_ROOT_MOVE,
  VERIFICATION,
} from '#core/dimse/sop-classes.ts';
import { storageClasses } from './generated/storage-classes.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

const services: ReadonlySet<string> = new Set([
  VERIFICATION,
  STORAGE_COMMITMENT,
  PATIENT_ROOT_FIND,
  PATIENT_ROOT_GET,
  PATIENT_ROOT_MOVE,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  STUDY_ROOT_MOVE,
]);
const serviceSyntaxes = [EXPLICIT, BIG_ENDIAN, IMPLICIT];

/** In the order in which Orthanc 1.10.1 prefers them, whatever the order of the proposal. */
const storageSyntaxes = [
  EXPLICIT,
  IMPLICIT,
  '1.2.840.10008.1.2.1.99',
  BIG_ENDIAN,
  ...['50', '51', '52', '53', '54', '55', '56', '57', '58', '59', '60', '61', '62', '63', '64'].map(
    jpeg,
  ),
  ...['65', '66', '70', '80', '81', '90', '91', '92', '93', '94', '95'].map(jpeg),
  ...['100', '101', '102', '103', '104', '105', '106', '107', '108'].map(jpeg),
  '1.2.840.10008.1.2.5',
];

export function answerContexts(
  { contexts }: AssociateRequest,
  acceptsSyntax: (transferSyntax: string) => boolean = () => true,
  takesFirst = false,
): readonly PresentationContext[] {
  return contexts.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const isStorage = storageClasses.has(abstractSyntax);
    const known = isStorage ? storageSyntaxes.filter(acceptsSyntax) : syntaxesOf(abstractSyntax);
    const [preferred, others] =
      isStorage && takesFirst ? [transferSyntaxes, known] : [known, transferSyntaxes];
    const chosen = preferred.find((syntax) => others.includes(syntax));
    // DCMTK: a storage class without a common syntax counts as an unknown class (3), a service as 4
    const refusal = services.has(abstractSyntax) ? 4 : 3;
    return {
      id,
      result: chosen === undefined ? refusal : 0,
      abstractSyntax: '',
      // A refused context carries a syntax without meaning (PS3.8 9.3.3.2)
      transferSyntaxes: [chosen ?? IMPLICIT],
    };
  });
}

function syntaxesOf(service: string): readonly string[] {
  return services.has(service) ? serviceSyntaxes : [];
}

function jpeg(tail: string): string {
  return `1.2.840.10008.1.2.4.${tail}`;
}
