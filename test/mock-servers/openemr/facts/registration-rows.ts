// Facts 1.4: dynamic client registration.
import { type FactSection, inBothProfiles, noBehaviour } from './rows.ts';

const authorize = inBothProfiles('/authorize (facts 1.6)');
const registration = inBothProfiles('registration (facts 1.4)');
const errors = inBothProfiles('token endpoint: errors (facts 1.7)');

export const registrationSection: FactSection = {
  section: '1.4',
  rows: [
    [
      'Dynamic client registration',
      ...registration(
        'refuses: content type not application/json',
        'answers 200 with the keys of the facts in their order',
      ),
    ],
    ['Accepted keys', ...registration('repeats every accepted key and no other')],
    [
      'token_endpoint_auth_method',
      ...registration('takes private_key_jwt from 7.0.4 only', 'refuses: unsupported enum'),
    ],
    [
      'sector_identifier_uri',
      ...registration(
        'repeats every accepted key and no other',
        'refuses: unsupported subject_type',
      ),
    ],
    [
      'grant_types[]',
      ...registration('repeats every accepted key and no other', 'refuses: unsupported dsi_type'),
    ],
    [
      'Status **200**',
      ...registration(
        'answers 200 with the keys of the facts in their order',
        'has the headers of its profile',
      ),
    ],
    [
      'client_role',
      ...registration(
        'gives a public client role patient and no secret',
        'repeats every accepted key and no other',
      ),
    ],
    ['Stored grant_types', ...registration('enforces no grant type at the token endpoint')],
    ['ClientGrantTypeEnforcementTest', noBehaviour('about later versions')],
    ['Errors, all 400', ...registration('refuses: no redirect_uris')],
    ['content type', ...registration('refuses: content type not application/json')],
    ['empty body', ...registration('refuses: empty body')],
    ['bad JSON', ...registration('refuses: bad JSON')],
    ['private + system/', ...registration('refuses: private + system/ scope, no jwks/jwks_uri')],
    [
      'public + system/',
      ...registration('refuses: public + system/ scope', 'refuses: public + user/ scope'),
    ],
    ['unsupported enum', ...registration('refuses: unsupported enum')],
    ['no redirect_uris', ...registration('refuses: no redirect_uris')],
    ['empty post_logout', ...registration('refuses: empty post_logout_redirect_uris')],
    ['unknown scope', ...registration('refuses: unknown scope')],
    ['DB failure', ...registration('refuses: DB failure')],
    ['Enabled at registration?', noBehaviour('the rules follow')],
    [
      '1. public client',
      ...registration(
        'disables a public client with launch',
        'disables every client under oauth_app_manual_approval = 1',
        'disables a confidential client with user/',
        'disables a confidential client with system/',
      ),
    ],
    [
      'Otherwise enabled',
      ...registration(
        'enables a confidential client with patient/ only',
        'enables a public client without launch',
      ),
    ],
    [
      'Disabled client at /token',
      ...errors('disabled client', 'unknown client'),
      ...authorize('shows the login of a disabled client all the same'),
    ],
    [
      'Public clients',
      'what no switch changes lets a disabled public client exchange its code: nobody validates it',
    ],
    ['GET /client/', ...registration('answers the client read with the errors of the facts')],
  ],
};
