// Floating-point numbers as C prints them ("%.17g"), halves rounded to the even digit.

const DOUBLE_DIGITS = 17;
/** Enough for every double that ends a decimal in between two others. */
const EXACT_DIGITS = 100;

export function significant(value: number, digits = DOUBLE_DIGITS): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = rounded(value, digits).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return withoutZeros(shifted(mantissa, exponent));
}

// JavaScript rounds halves away from zero.
function rounded(value: number, digits: number): string {
  const usual = value.toExponential(digits - 1);
  const [exact = ''] = value.toExponential(EXACT_DIGITS).split('e');
  const cut = exact.replace(/^-?(\d)\.(\d*?)0*$/, '$1$2');
  const isHalf = cut.length === digits + 1 && cut.endsWith('5');
  if (!isHalf || Number(cut.at(-2)) % 2 === 1) return usual;
  const sign = value < 0 ? '-' : '';
  return `${sign}${cut[0]}.${cut.slice(1, digits)}e${value.toExponential().split('e')[1]}`;
}

/** Moves the point of `d.ddd`. */
function shifted(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1);
  const fraction = digits.slice(exponent + 1);
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
