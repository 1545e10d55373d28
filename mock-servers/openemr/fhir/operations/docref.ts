// POST DocumentReference/$docref: makes a CCD of the patient and answers with its DocumentReference
// (src/RestControllers/FHIR/Operations/FhirOperationDocRefRestController.php).
import type { DocumentReference } from '#core/fhir/r4.ts';
import { findPatient } from '../../records/patients.ts';
import { queryOf } from '../../rest/answers.ts';
import type { ApiAnswer, Handler } from '../../rest/api-route.ts';
import { atom, coded, relative, systems, tidy } from '../elements.ts';
import { collection, contextOf } from '../interactions.ts';
import { storeDocument } from './binary.ts';
import { continuityOfCareDocument } from './ccd.ts';
import { outcomeOf } from './outcome.ts';

/** The only type that OpenEMR knows to make. */
const summaryOfEpisode = '34133-9';

export const docref: Handler = (request, world): ApiAnswer => {
  const query = queryOf(request);
  const asked = request.bearer?.patientUuid ?? query['patient']?.split('/').at(-1);
  const patient = findPatient(world.records, asked);
  if (!patient) return outcomeOf(400, 'processing', 'patient not found or parameter missing');
  const type = query['type']?.split('|').at(-1) ?? summaryOfEpisode;
  if (type !== summaryOfEpisode) return collection('DocumentReference', [], world);
  const { fhirUrl } = contextOf(world);
  const { id, uuid } = storeDocument(world.records, {
    name: `CCDA_${patient['pid']}.xml`,
    mimetype: 'application/xml',
    category: 'ccda',
    content: continuityOfCareDocument(world.records, patient, query),
    pid: Number(patient['pid']),
  });
  const now = atom(world.records.now()) ?? '';
  const resource = tidy({
    id: uuid,
    meta: { versionId: '1', lastUpdated: now },
    resourceType: 'DocumentReference',
    identifier: [{ value: uuid }],
    status: 'current',
    type: coded(systems.loinc, summaryOfEpisode, 'Summary of episode note'),
    category: [
      coded(`${fhirUrl}/ValueSet/openemr-document-types`, 'openemr-document', 'OpenEMR Document'),
    ],
    subject: relative('Patient', String(patient['uuid'])),
    date: now,
    content: [
      {
        attachment: { contentType: 'application/xml', url: `${fhirUrl}/Binary/${id}` },
        format: {
          system: 'http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem',
          code: 'urn:hl7-org:sdwg:ccda-structuredBody:2.1',
          display: 'C-CDA Structured Body',
        },
      },
    ],
  } as DocumentReference);
  return collection('DocumentReference', [resource], world);
};
