// Token requests that ended without an OAuth answer: wrong path, wrong site, API switched off.
import { WorkbenchError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { HttpError } from '../http-error.ts';
import { type Text, text } from '../text.ts';
import type { TokenContext } from './explain.ts';

export function explainEndpoint(error: unknown, context: TokenContext): readonly Finding[] {
  if (!(error instanceof WorkbenchError)) return [];
  const { tokenEndpoint } = context;
  const status = error instanceof HttpError ? error.status : undefined;
  const finding = (id: string, cause: Text, fix: Text): Finding => ({
    id,
    cause,
    evidence: error.text,
    fix,
  });
  const isWrongPath = isNoAnswer(error) || status === 404;
  if (isWrongPath && !/\/oauth2\/[^/]+\/token$/.test(new URL(tokenEndpoint).pathname)) {
    return [
      finding(
        'oauth.path-without-site',
        text('The token endpoint of OpenEMR carries the site: /oauth2/{site}/token.', {
          site: 'default',
        }),
        text('Enter the base address only, such as http://127.0.0.1:8081, and the site "default".'),
      ),
    ];
  }
  if (status === 404) {
    return [
      finding(
        'oauth.apis-switched-off',
        text('OpenEMR has no OAuth while all its APIs are switched off, as they are by default.'),
        text(
          'In OpenEMR open Admin > Config > Connectors and enable the standard REST API and the FHIR API.',
        ),
      ),
    ];
  }
  // OpenEMR 7.0.3: a site that does not exist is 400 with an empty body.
  if (status === 400) {
    return [
      finding(
        'oauth.site-unknown',
        text('This OpenEMR has no such site.'),
        text('Set the site to "default", unless your OpenEMR was set up with several sites.'),
      ),
    ];
  }
  // OpenEMR 7.0.3: the assertion type without an assertion ends in a PHP TypeError.
  if (status === 500 && context.grant === 'client_credentials') {
    return [
      finding(
        'oauth.assertion-missing',
        text('OpenEMR fails inside when the signed assertion is missing.'),
        text('Choose "signed JWT" with a private key for this client.'),
      ),
    ];
  }
  return [];
}

/** OpenEMR 7.0.3: an unknown path under /oauth2 is 200 with an empty body. */
function isNoAnswer({ code }: WorkbenchError): boolean {
  return code === 'HTTP_NOT_JSON' || code === 'HTTP_LOGIN_PAGE' || code === 'OAUTH_BAD_ANSWER';
}
