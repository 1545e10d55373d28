// Sign-in without a record, until the patient half is mounted here.
import type { ApiDeps, OpenemrData, StaffUser } from './contracts.ts';
import { ApiRefusal } from './refusals.ts';

export function createOpenemrData({ context }: ApiDeps): OpenemrData {
  const person = (username: string, firstName: string, lastName: string): StaffUser => ({
    uuid: context.newUuid(),
    username,
    firstName,
    lastName,
  });
  const admin = person('admin', 'Billy', 'Smith');
  const system = person('oe-system', 'System', 'Operation User');
  const unknownRoute = (): never => {
    throw new ApiRefusal('unknownRoute');
  };
  return {
    accounts: {
      staffByLogin: (username, password) =>
        username === 'admin' && password === 'pass' ? admin : undefined,
      staffByUuid: (uuid) => [admin, system].find((user) => user.uuid === uuid),
      systemUser: () => system,
      patientByLogin: () => undefined,
      patientByUuid: () => undefined,
      searchPatients: () => [],
    },
    routers: { api: unknownRoute, portal: unknownRoute, fhir: unknownRoute },
    reset: async () => undefined,
    stats: () => ({}),
    snapshot: async () => undefined,
    restore: async () => undefined,
    seed: async () => ({}),
    close: async () => undefined,
  };
}
