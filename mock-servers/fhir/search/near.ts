// Location?near=latitude|longitude|distance|units (http://hl7.org/fhir/R4/location.html#search).
import { refuseParameter } from '../outcome.ts';
import { type Criterion, condition, resourceCriterion } from './criterion.ts';
import type { SearchParameter } from './definitions.ts';
import { valuesAt } from './path.ts';
import { splitEscaped } from './query.ts';
import { numberOf, objectOf } from './values.ts';

interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly km: number;
}

const EARTH_RADIUS_KM = 6371;
/** When no distance is given the server chooses; HAPI takes this too. */
const DEFAULT_KM = 1;
const kmPerUnit: Readonly<Record<string, number>> = {
  km: 1,
  m: 0.001,
  mi_i: 1.609344,
  '[mi_i]': 1.609344,
};

export function nearCriterion(parameter: SearchParameter, values: readonly string[]): Criterion {
  const circles = values.map((value) => parseCircle(parameter.code, value));
  return {
    ...resourceCriterion(condition(() => '1')),
    accepts: (resource) =>
      parameter.paths.some((path) =>
        valuesAt(resource, path).some((position) =>
          circles.some((circle) => isWithin(position, circle)),
        ),
      ),
  };
}

function parseCircle(code: string, value: string): Circle {
  const [latitude, longitude, distance = String(DEFAULT_KM), unit = 'km'] = splitEscaped(
    value,
    '|',
  );
  const factor = kmPerUnit[unit];
  const circle = {
    latitude: Number(latitude),
    longitude: Number(longitude),
    km: Number(distance) * (factor ?? Number.NaN),
  };
  if (longitude === undefined || Object.values(circle).some((number) => !Number.isFinite(number))) {
    throw refuseParameter(
      `Invalid value for parameter "${code}": use latitude|longitude|distance|units with km, m or [mi_i].`,
    );
  }
  return circle;
}

/** Great-circle distance (haversine). */
function isWithin(position: unknown, { latitude, longitude, km }: Circle): boolean {
  const there = objectOf(position);
  const lat = numberOf(there['latitude']);
  const lon = numberOf(there['longitude']);
  if (lat === undefined || lon === undefined) return false;
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const a =
    Math.sin(radians(lat - latitude) / 2) ** 2 +
    Math.cos(radians(latitude)) *
      Math.cos(radians(lat)) *
      Math.sin(radians(lon - longitude) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a))) <= km;
}
