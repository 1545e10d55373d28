// What every OpenEMR has after installation: its own users, calendar categories and option lists
// (sql/database.sql, as far as the two APIs show them).
import { type Records, steadyUuid } from '../records.ts';

/** Users with the demo passwords of open-emr.org/demo; the last three cannot sign in. */
const users = [
  ['admin', 'pass', '', 'Administrator', 'Administrators'],
  ['physician', 'physician', 'Donna', 'Lee', 'Physicians'],
  ['clinician', 'clinician', 'Fred', 'Stone', 'Clinicians'],
  ['receptionist', 'receptionist', 'Ruby', 'Park', 'Front Office'],
  ['accountant', 'accountant', 'Alan', 'Cho', 'Accounting'],
  ['phimail-service', '', '', 'phiMail Gateway', ''],
  ['portal-user', '', '', 'Patient Portal User', ''],
  ['oe-system', '', '', 'System Operation User', ''],
] as const;

const categories = [
  [1, 'no_show', 'No Show', 0],
  [2, 'in_office', 'In Office', 0],
  [3, 'out_of_office', 'Out Of Office', 0],
  [4, 'vacation', 'Vacation', 0],
  [5, 'office_visit', 'Office Visit', 900],
  [8, 'lunch', 'Lunch', 3600],
  [9, 'established_patient', 'Established Patient', 900],
  [10, 'new_patient', 'New Patient', 1800],
] as const;

/** list_id, option_id, title, notes, codes */
const options: readonly (readonly [string, string, string, string?, string?])[] = [
  ['_ActEncounterCode', 'AMB', 'ambulatory', 'ambulatory'],
  ['_ActEncounterCode', 'EMER', 'emergency', 'emergency'],
  ['_ActEncounterCode', 'FLD', 'field', 'field'],
  ['_ActEncounterCode', 'HH', 'home health', 'home health'],
  ['_ActEncounterCode', 'IMP', 'inpatient encounter', 'inpatient encounter'],
  ['_ActEncounterCode', 'ACUTE', 'inpatient acute', 'inpatient acute'],
  ['_ActEncounterCode', 'NONAC', 'inpatient non-acute', 'inpatient non-acute'],
  ['_ActEncounterCode', 'OBSENC', 'observation encounter', 'observation encounter'],
  ['_ActEncounterCode', 'PRENC', 'pre-admission', 'pre-admission'],
  ['_ActEncounterCode', 'SS', 'short stay', 'short stay'],
  ['_ActEncounterCode', 'VR', 'virtual', 'virtual'],
  ['sex', 'Female', 'Female'],
  ['sex', 'Male', 'Male'],
  ['sex', 'UNK', 'Unknown'],
  ['language', 'English', 'English', 'eng'],
  ['language', 'korean', 'Korean', 'kor'],
  ['language', 'Spanish', 'Spanish', 'spa'],
  ['language', 'german', 'German', 'ger'],
  ['language', 'vietnamese', 'Vietnamese', 'vie'],
  ['race', 'white', 'White', '2106-3'],
  ['race', 'Asian', 'Asian', '2028-9'],
  ['race', 'korean', 'Korean', '2040-4'],
  ['race', 'black_or_afri_amer', 'Black or African American', '2054-5'],
  ['race', 'amer_ind_or_alaska_native', 'American Indian or Alaska Native', '1002-5'],
  ['race', 'native_hawai_or_pac_island', 'Native Hawaiian or Other Pacific Islander', '2076-8'],
  ['ethnicity', 'hisp_or_latin', 'Hispanic or Latino', '2135-2'],
  ['ethnicity', 'not_hisp_or_latin', 'Not Hispanic or Latino', '2186-5'],
  ['reaction', 'hives', 'Hives', '', 'SNOMED-CT:247472004'],
  ['reaction', 'nausea', 'Nausea', '', 'SNOMED-CT:422587007'],
  ['reaction', 'shortness_of_breath', 'Shortness of Breath', '', 'SNOMED-CT:267036007'],
  ['reaction', 'unassigned', 'Unassigned'],
  ['allergyintolerance-verification', 'unconfirmed', 'Unconfirmed'],
  ['allergyintolerance-verification', 'confirmed', 'Confirmed'],
  ['allergyintolerance-verification', 'refuted', 'Refuted'],
  ['allergyintolerance-verification', 'entered-in-error', 'Entered in Error'],
  ['condition-verification', 'unconfirmed', 'Unconfirmed'],
  ['condition-verification', 'provisional', 'Provisional'],
  ['condition-verification', 'differential', 'Differential'],
  ['condition-verification', 'confirmed', 'Confirmed'],
  ['condition-verification', 'refuted', 'Refuted'],
  ['condition-verification', 'entered-in-error', 'Entered in Error'],
  ['outcome', '0', 'Unassigned'],
  ['outcome', '1', 'Resolved', '', '413322009'],
  ['occurrence', '0', 'Unknown or N/A'],
  ['occurrence', '1', 'First'],
  ['drug_route', '1', 'Per Oris', 'PO', 'NCI-CONCEPT-ID:C38288'],
  ['drug_interval', '1', 'b.i.d.'],
  ['drug_interval', '4', 'qd'],
  ['physician_type', 'general_physician', 'General Physician', '', 'SNOMED-CT:59058001'],
  ['apptstat', '-', '- None'],
  ['apptstat', '*', '* Reminder done'],
  ['apptstat', '@', '@ Arrived'],
  ['apptstat', '^', '^ Pending'],
  ['apptstat', '>', '> Checked out'],
  ['apptstat', 'x', 'x Canceled'],
  ['apptstat', '?', '? No show'],
  ['proc_res_abnormal', 'no', 'No'],
  ['proc_res_abnormal', 'yes', 'Yes'],
  ['proc_res_abnormal', 'high', 'High'],
  ['proc_res_abnormal', 'low', 'Low'],
  ['smoking_status', '1', 'Current every day smoker', '', 'SNOMED-CT:449868002'],
  ['smoking_status', '3', 'Former smoker', '', 'SNOMED-CT:8517006'],
  ['smoking_status', '4', 'Never smoker', '', 'SNOMED-CT:266919005'],
  ['discharge-disposition', 'home', 'Home'],
  ['message_status', 'Done', 'Done'],
  ['message_status', 'Forwarded', 'Forwarded'],
  ['message_status', 'New', 'New'],
  ['message_status', 'Read', 'Read'],
  ['yesno', 'NO', 'NO'],
  ['yesno', 'YES', 'YES'],
];

export function installOffice(records: Records): void {
  const { database } = records;
  for (const [username, password, fname, lname, group] of users)
    database.insert('users', {
      uuid: steadyUuid('users', username),
      username,
      password,
      authorized: username === 'admin' ? 1 : 0,
      fname,
      lname,
      active: password === '' ? 0 : 1,
      calendar: username === 'admin' ? 1 : 0,
      acl_group: group,
      last_updated: records.now(),
    });
  for (const [pc_catid, pc_constant_id, pc_catname, pc_duration] of categories)
    database.insert('openemr_postcalendar_categories', {
      pc_catid,
      pc_constant_id,
      pc_catname,
      pc_duration,
    });
  for (const [index, [list_id, option_id, title, notes, codes]] of options.entries())
    database.insert('list_options', {
      list_id,
      option_id,
      title,
      seq: (index + 1) * 10,
      notes: notes ?? '',
      codes: codes ?? '',
      activity: 1,
      last_updated: records.now(),
    });
}
