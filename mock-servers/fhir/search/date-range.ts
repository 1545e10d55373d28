// Dates as ranges of milliseconds: [low, high), as wide as what was written is precise
// (http://hl7.org/fhir/R4/search.html#date). A date without time zone is taken as UTC.

export interface DateRange {
  readonly low: number;
  readonly high: number;
}

/** Limits of an open period; safe integers for SQLite. */
export const BEGIN_OF_TIME = -8_640_000_000_000_000;
export const END_OF_TIME = 8_640_000_000_000_000;

const pattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** Undefined when the text is no date or names a day that does not exist. */
export function parseDateRange(text: string): DateRange | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const [y = 0, mo = 1, d = 1] = [year, month ?? 1, day ?? 1].map(Number);
  const time = timeOfDay(hour, minute, second, fraction);
  if (!isDay(y, mo, d) || time === undefined) return undefined;
  const low = utc(y, mo, d) + time - offsetMs(zone);
  if (month === undefined) return { low, high: utc(y + 1, 1, 1) };
  if (day === undefined) return { low, high: utc(y, mo + 1, 1) };
  return { low, high: low + width(hour, second, fraction) };
}

/** ms since midnight */
function timeOfDay(hour = '0', minute?: string, second = '0', fraction = '0'): number | undefined {
  // An hour stands with its minutes.
  if (minute === undefined) return hour === '0' ? 0 : undefined;
  const [h = 0, m = 0, s = 0] = [hour, minute, second].map(Number);
  if (h > 24 || m > 59 || s > 60) return undefined;
  return ((h * 60 + m) * 60 + s) * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function width(hour?: string, second?: string, fraction?: string): number {
  if (hour === undefined) return 86_400_000;
  if (second === undefined) return 60_000;
  return fraction === undefined ? 1000 : 1;
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return isLeap ? 29 : 28;
}

/** Date.UTC takes years below 100 for those of the 20th century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
