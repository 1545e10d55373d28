// One answer of every kind this project receives, with what of it must never be seen in a log.
// Shapes as in OpenEMR 7.0.3 and HL7 R4; people and secrets are invented.

interface Sample {
  readonly value: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

const accessToken = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJzYW1wbGUifQ.c2FtcGxl';
const refreshToken = 'def50200c0ffee0123456789abcdef';
const clientSecret = 'Zm9yLXRlc3RzLW9ubHk'.repeat(4);

export const wireSamples: Readonly<Record<string, Sample>> = {
  'a token response': {
    value: {
      id_token: `${accessToken}x`,
      patient: '9d1e6ae4-3f0b-4d5c-8a21-0c6f0a1b2c3d',
      scope: 'openid offline_access user/Patient.read',
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: accessToken,
      refresh_token: refreshToken,
    },
    secrets: [accessToken, refreshToken],
  },
  'a registration': {
    value: {
      client_id: 'kR1Y0v4Qh2bG9d3S6x8Wm5Zc7Lf1Nj0Tp2Ua4Eo6Iy',
      client_secret: clientSecret,
      registration_access_token: 'n0tForTheLog',
      client_name: 'Hong Clinic',
      contacts: ['hong@clinic.test'],
    },
    secrets: [clientSecret, 'n0tForTheLog', 'hong@clinic.test', 'Hong Clinic'],
  },
  'a patient of the standard API': {
    value: {
      validationErrors: [],
      internalErrors: [],
      data: {
        uuid: '9d1e6ae4-3f0b-4d5c-8a21-0c6f0a1b2c3d',
        pid: 7,
        fname: 'Gildong',
        lname: '홍',
        DOB: '1980-02-29',
        ss: '800229-1234567',
        phone_cell: '010-1234-5678',
      },
      links: [],
    },
    secrets: ['Gildong', '홍', '1980-02-29', '800229-1234567', '010-1234-5678'],
  },
  'a refused patient': {
    value: { validationErrors: { email: { email: 'Email hong.example is not a valid email' } } },
    secrets: ['hong.example'],
  },
  'a FHIR Patient': {
    value: {
      resourceType: 'Patient',
      id: 'p1',
      name: [{ family: '홍', given: ['길동'], text: 'Hong Gildong' }],
      telecom: [{ system: 'phone', value: '02-123-4567' }],
      birthDate: '1980-02-29',
      address: [{ line: ['1 Sejong-daero'], city: 'Seoul' }],
      text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Hong</div>' },
    },
    secrets: ['홍', '길동', 'Hong Gildong', '02-123-4567', '1980-02-29', 'Sejong'],
  },
  'an OperationOutcome': {
    value: {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'invalid', diagnostics: 'name Hong Gildong is too long' }],
    },
    secrets: ['Hong Gildong'],
  },
  'tags of a DICOM instance': {
    value: { PatientName: 'Hong^Gildong=洪^吉洞=홍^길동', PatientID: '12345678' },
    secrets: ['Hong', '洪', '홍', '12345678'],
  },
  'a DICOM data set': {
    value: { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Hong^Gildong' }] } },
    secrets: ['Hong^Gildong'],
  },
};
