// Which group of staff may do what: OpenEMR's default phpGACL rules, as far as an API route asks for
// them (library/classes/Installer.class.php, install_gacl). Section and value as in `patients/demo`.

const everything = 'everything';

const rules: Readonly<Record<string, readonly string[] | typeof everything>> = {
  Administrators: everything,
  Physicians: [
    'encounters/auth_a',
    'encounters/notes',
    'lists/default',
    'patients/appt',
    'patients/demo',
    'patients/med',
    'patients/notes',
    'patients/trans',
    'patients/docs',
  ],
  Clinicians: [
    'encounters/notes',
    'patients/appt',
    'patients/demo',
    'patients/med',
    'patients/notes',
    'patients/trans',
    'patients/docs',
  ],
  'Front Office': ['patients/appt', 'patients/demo', 'patients/trans', 'patients/notes'],
  Accounting: ['encounters/auth_a', 'encounters/notes', 'patients/appt', 'patients/demo'],
};

/** @param group - users.acl_group; unknown groups may do nothing */
export function isAllowed(group: string, permission: string): boolean {
  const allowed = rules[group];
  return allowed === everything || allowed?.includes(permission) === true;
}
