// What the two halves of the OpenEMR mock owe each other: sign-in (oauth, admin) and patient data
// (records, rest, fhir). Types only.
import type { RequestHandler, Response } from 'express';
import type { JournalNote } from '#core/control/wire.ts';
import type { SuiteContext } from '../kernel/mock-app.ts';
import type { Profile } from './profiles.ts';
import type { Settings } from './settings.ts';

/** Decides the scope prefix at an API call: `user/`, `patient/` or `system/`. */
export type ApiRole = 'users' | 'patient' | 'system';

/** The accepted access token of an API call; `bearerOf(response)` gives it to a handler. */
export interface Bearer {
  readonly clientId: string;
  readonly role: ApiRole;
  /** Of the staff user, the portal patient or `oe-system`. */
  readonly userUuid: string;
  readonly username: string;
  /** With role `patient`, or chosen at the launch; binds what `requireScope` answers with `patient`. */
  readonly patientUuid?: string;
  readonly scopes: ReadonlySet<string>;
}

/** What every router of patient data gets. */
export interface ApiDeps {
  readonly context: SuiteContext;
  readonly profile: Profile;
  /** Read at each request: the admin page changes them while the mock runs. */
  readonly settings: () => Settings;
  /** `site_addr_oath` or the detected address, without a trailing slash. */
  readonly baseUrl: () => string;
  /** Puts an explanation beside the wire, into the journal entry of this response's request. */
  readonly note: (response: Response, explanation: JournalNote) => void;
}

export interface StaffUser {
  readonly uuid: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email?: string;
  /** fhirUser is a Practitioner only for a user with an NPI, else a Person. */
  readonly npi?: string;
  /** Base32 secret of RFC 6238; without it an `mfa_token` is refused. */
  readonly totpSecret?: string;
}

export interface PatientAccount {
  readonly uuid: string;
  readonly pid: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  readonly sex: string;
  readonly email?: string;
  /** Of the portal account. */
  readonly username?: string;
}

/** Who can sign in, and whom a user may pick. Passwords stay inside. */
export interface Accounts {
  /** The seeded administrator is `admin` / `pass`. */
  staffByLogin(username: string, password: string): StaffUser | undefined;
  staffByUuid(uuid: string): StaffUser | undefined;
  /** Under which client_credentials tokens run: `oe-system`. */
  systemUser(): StaffUser;
  /** The portal asks for all three. */
  patientByLogin(username: string, password: string, email: string): PatientAccount | undefined;
  patientByUuid(uuid: string): PatientAccount | undefined;
  /** For the SMART patient picker: part of a first or last name; empty text gives the first ones. */
  searchPatients(name: string, limit: number): readonly PatientAccount[];
}

/** The patient half, as the composition sees it. */
export interface OpenemrData {
  readonly accounts: Accounts;
  /** Mounted at `/apis/{site}/api`, `/portal`, `/fhir` behind the bearer check. */
  readonly routers: {
    readonly api: RequestHandler;
    readonly portal: RequestHandler;
    readonly fhir: RequestHandler;
  };
  reset(to: 'seed' | 'empty'): Promise<void>;
  stats(): Readonly<Record<string, number>>;
  snapshot(): Promise<unknown>;
  restore(state: unknown): Promise<void>;
  seed(data: unknown): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
