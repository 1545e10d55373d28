/** FHIR R4 types. The only file that names the package (which has no release tag for R4: pinned at 0.0.44). */
export type * from 'fhir/r4.js';
