// Names of fields, in the form and in the pickers.
import * as vscode from 'vscode';
import type { SecretKind } from './platform/secrets.ts';
import { type Grant, mockProfileName, type ProfileField } from './profile.ts';

export function fieldLabels(): Readonly<Record<ProfileField, string>> {
  const { t } = vscode.l10n;
  return {
    baseUrl: t('OpenEMR URL'),
    site: t('Site'),
    clientId: t('Client ID'),
    grant: t('Grant'),
    scopes: t('Scopes'),
    userName: t('User name'),
    fhirUrl: t('FHIR server URL'),
    orthancUrl: t('Orthanc URL'),
    orthancUser: t('Orthanc user'),
    dicomNode: t('DICOM node for C-STORE'),
  };
}

export function secretLabels(): Readonly<Record<SecretKind, string>> {
  const { t } = vscode.l10n;
  return {
    clientSecret: t('Client secret'),
    privateKey: t('Private key (PEM or JWK)'),
    password: t('Password'),
    refreshToken: t('Refresh token'),
    orthancPassword: t('Orthanc password'),
  };
}

export function grantLabels(): Readonly<Record<Grant, string>> {
  const { t } = vscode.l10n;
  return {
    client_credentials_secret: t('Client credentials (secret)'),
    client_credentials_jwt: t('Client credentials (signed JWT)'),
    password: t('Password'),
    refresh_token: t('Refresh token'),
  };
}

/** The profile that everyone has is named in the language of the editor; its key stays. */
export function profileLabel(name: string, isMock: boolean): string {
  return isMock && name === mockProfileName ? vscode.l10n.t('Mock servers') : name;
}
