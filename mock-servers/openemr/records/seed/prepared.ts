/**
 * The record of the seed hospital as `prepareHospital` prints it: put here by the bundle, where filling
 * the record resource by resource would take a sixth of the start.
 */
export const preparedHospital: string | undefined = undefined;
