// What the journal alone tells about a refusal of the FHIR server, of Orthanc and of a scenario.
import { text } from '#core/text.ts';
import type { Explanation } from './explanation-texts.ts';

export const otherExplanations: Readonly<Record<string, Explanation>> = {
  'fhir.conflict': {
    cause: text('The version in If-Match is not the newest.'),
    fix: text('Read the resource again and repeat the change on its newest version.'),
  },
  'fhir.gone': {
    cause: text('The resource was deleted.'),
    fix: text('Read an earlier version with _history, or create it again with PUT.'),
  },
  'fhir.invalid': {
    cause: text(
      'The request or the resource is not valid: an element, a search parameter or the JSON itself.',
    ),
    fix: text(
      'Read the OperationOutcome of the answer: each issue names the place in "expression".',
    ),
  },
  'fhir.token': {
    cause: text(
      'The FHIR server was started with --auth and the request carried no token that it accepts.',
    ),
    fix: text(
      'Request a token at its token endpoint, listed under /__admin/clients, and send it as Authorization: Bearer.',
    ),
  },
  'fhir.unknown-id': {
    cause: text('There is no such resource, type or operation on the FHIR server.'),
    fix: text('Search for it to get its id; GET /fhir/metadata lists what the server knows.'),
  },
  'kernel.scenario': {
    cause: text('The fault {scenario} made or changed this answer.'),
    fix: text('Remove it with DELETE /__admin/scenarios/{scenario}.'),
  },
  'orthanc.bad-request': {
    cause: text(
      'Orthanc does not take this body or these arguments; "since" and "limit" go together.',
    ),
    fix: text('Read "Details" of the answer, and send JSON where the manual asks for it.'),
  },
  'orthanc.bad-upload': {
    cause: text('The body is not a DICOM file, or one without the UIDs that every file needs.'),
    fix: text('Send the file as it is with --data-binary, not with --data and not as a form.'),
  },
  'orthanc.credentials': {
    cause: text('Orthanc asks for a user and a password.'),
    fix: text(
      'Send them as HTTP basic authentication; they are in RegisteredUsers of the configuration.',
    ),
  },
  'orthanc.uid-instead-of-id': {
    cause: text('The path has a DICOM UID where Orthanc wants its own id.'),
    fix: text('POST the UID to /tools/lookup: the answer has the Orthanc id.'),
  },
  'orthanc.unknown-id': {
    cause: text('Orthanc has no such path or no resource with this id.'),
    fix: text('List the ids with GET /studies or GET /instances, or search with POST /tools/find.'),
  },
};
