// Which LOINC codes the columns of form_vitals stand for, in the order that OpenEMR lists them
// (src/Services/FHIR/Observation/FhirObservationVitalsService.php, COLUMN_MAPPINGS).

export interface VitalCode {
  readonly code: string;
  readonly display: string;
  /** Empty for the panel and for blood pressure, which has components. */
  readonly column: string;
  readonly unit: string;
  /** The panel refers to it. */
  readonly isMember: boolean;
}

export const vitalsPanelCode = '85353-1';
export const bloodPressureCode = '85354-9';

const v = (code: string, display: string, column: string, unit: string, isMember = true) => ({
  code,
  display,
  column,
  unit,
  isMember,
});

export const vitalCodes: readonly VitalCode[] = [
  v(
    vitalsPanelCode,
    'Vital signs, weight, height, head circumference, oxygen saturation and BMI panel',
    '',
    '',
    false,
  ),
  v('9279-1', 'Respiratory Rate', 'respiration', '/min'),
  v('8867-4', 'Heart rate', 'pulse', '/min'),
  v('2708-6', 'Oxygen saturation in Arterial blood', 'oxygen_saturation', '%'),
  v('59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry', 'oxygen_saturation', '%'),
  v('3151-8', 'Inhaled oxygen flow rate', 'oxygen_flow_rate', 'L/min'),
  v('8310-5', 'Body Temperature', 'temperature', '[degF]'),
  v('8302-2', 'Body height', 'height', '[in_i]'),
  v('9843-4', 'Head Occipital-frontal circumference', 'head_circ', '[in_i]'),
  v('29463-7', 'Body weight', 'weight', '[lb_av]'),
  v('39156-5', 'Body mass index (BMI) [Ratio]', 'BMI', 'kg/m2'),
  v(bloodPressureCode, 'Blood pressure systolic and diastolic', '', ''),
  v('8480-6', 'Systolic blood pressure', 'bps', 'mm[Hg]'),
  v('8462-4', 'Diastolic blood pressure', 'bpd', 'mm[Hg]'),
];

/** bps and bpd are text columns, oxygen_saturation DECIMAL(6,2), the others DECIMAL(12,6). */
export function storedNumber(column: string, value: number): string {
  if (column === 'bps' || column === 'bpd') return String(value);
  return value.toFixed(column === 'oxygen_saturation' ? 2 : 6);
}
