// What the connection form and the extension say to each other. No secret travels to the form.

export type FieldName =
  | 'baseUrl'
  | 'site'
  | 'clientId'
  | 'grant'
  | 'scopes'
  | 'userName'
  | 'fhirUrl'
  | 'orthancUrl'
  | 'orthancUser'
  | 'dicomNode';

export type SecretName =
  | 'clientSecret'
  | 'privateKey'
  | 'password'
  | 'refreshToken'
  | 'orthancPassword';

export interface TokenView {
  /** First letters and dots. */
  readonly masked: string;
  readonly expiresAtMs?: number;
  readonly granted: readonly string[];
  /** Requested and not granted. */
  readonly refused: readonly string[];
}

export interface ResultLine {
  readonly level: 'ok' | 'warning' | 'error' | 'skipped';
  readonly text: string;
  /** What to do next. */
  readonly fix?: string;
}

export interface FormState {
  readonly profile: string;
  readonly profiles: readonly { readonly name: string; readonly label: string }[];
  /** Addresses are found by the extension and cannot be typed. */
  readonly mock: boolean;
  readonly values: Readonly<Record<FieldName, string>>;
  /** Which secrets the secret storage holds. */
  readonly stored: Readonly<Record<SecretName, boolean>>;
  readonly token?: TokenView;
  readonly busy?: 'token' | 'test';
  readonly results: readonly ResultLine[];
  readonly labels: FormLabels;
}

/** Sentences the form fills in itself, because they change with time. */
export interface FormLabels {
  readonly storedSecret: string;
  readonly emptySecret: string;
  /** `{time}` */
  readonly validFor: string;
  readonly expired: string;
  readonly noExpiry: string;
  readonly granted: string;
  readonly refused: string;
  readonly fix: string;
}

export type ToForm = { readonly kind: 'state'; readonly state: FormState };

export type FromForm =
  | { readonly kind: 'ready' }
  | { readonly kind: 'edit'; readonly field: FieldName; readonly value: string }
  | { readonly kind: 'secret'; readonly secret: SecretName; readonly value: string }
  | { readonly kind: 'select'; readonly profile: string }
  | { readonly kind: 'request-token' | 'test' | 'cancel' | 'copy-token' | 'load-key' };
