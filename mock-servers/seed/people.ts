// Synthetic people: names, genders, birth dates and addresses. No real person is meant.
import type { Address, HumanName } from '#core/fhir/r4.ts';
import type { Random } from './random.ts';

export interface PersonSeed {
  readonly family: string;
  readonly given: string;
  /** Alphabetic form of a Korean name; English names have none. */
  readonly alphabetic?: { readonly family: string; readonly given: string };
  readonly gender: 'male' | 'female' | 'other' | 'unknown';
  readonly birthDate: string;
}

const korean = (
  family: string,
  given: string,
  alphabeticFamily: string,
  alphabeticGiven: string,
  gender: PersonSeed['gender'],
  birthDate: string,
): PersonSeed => ({
  family,
  given,
  alphabetic: { family: alphabeticFamily, given: alphabeticGiven },
  gender,
  birthDate,
});

const english = (
  family: string,
  given: string,
  gender: PersonSeed['gender'],
  birthDate: string,
): PersonSeed => ({ family, given, gender, birthDate });

/** The first is the patient of the team's guides. */
export const patientSeeds: readonly PersonSeed[] = [
  korean('홍', '길동', 'Hong', 'Gildong', 'male', '1985-06-15'),
  korean('김', '서연', 'Kim', 'Seoyeon', 'female', '1992-03-21'),
  korean('이', '민준', 'Lee', 'Minjun', 'male', '2001-11-02'),
  korean('박', '지우', 'Park', 'Jiwoo', 'female', '1978-09-30'),
  english('Smith', 'John', 'male', '1970-01-15'),
  korean('최', '현우', 'Choi', 'Hyunwoo', 'male', '1963-05-08'),
  korean('정', '하은', 'Jung', 'Haeun', 'female', '2015-12-25'),
  english('Johnson', 'Emily', 'female', '1988-07-04'),
  korean('강', '도윤', 'Kang', 'Doyun', 'male', '1955-02-28'),
  korean('조', '수아', 'Cho', 'Sua', 'female', '1999-10-10'),
  english('Garcia', 'Maria', 'female', '1982-04-17'),
  korean('윤', '예준', 'Yoon', 'Yejun', 'male', '2010-08-19'),
  korean('장', '서윤', 'Jang', 'Seoyun', 'female', '1947-06-06'),
  english("O'Brien", 'Liam', 'male', '1995-12-31'),
  korean('임', '시우', 'Lim', 'Siwoo', 'male', '1968-01-01'),
  korean('한', '지민', 'Han', 'Jimin', 'female', '1990-02-14'),
  english('Müller', 'Anna', 'female', '1959-11-23'),
  korean('오', '건우', 'Oh', 'Gunwoo', 'male', '2024-02-29'),
  korean('서', '나은', 'Seo', 'Naeun', 'female', '1973-07-27'),
  english('Nguyen', 'Minh', 'male', '2003-09-09'),
  korean('신', '유진', 'Shin', 'Yujin', 'other', '1986-05-05'),
  korean('남궁', '민', 'Namgung', 'Min', 'male', '1981-03-12'),
  korean('황보', '라온', 'Hwangbo', 'Raon', 'female', '2008-04-01'),
  english('Brown', 'Robert', 'unknown', '1938-10-29'),
];

export const practitionerSeeds: readonly (PersonSeed & { readonly specialty: string })[] = [
  {
    ...korean('김', '태훈', 'Kim', 'Taehoon', 'male', '1971-04-02'),
    specialty: 'Internal medicine',
  },
  { ...korean('이', '은주', 'Lee', 'Eunju', 'female', '1979-08-13'), specialty: 'Radiology' },
  { ...korean('박', '성민', 'Park', 'Sungmin', 'male', '1968-12-20'), specialty: 'Neurology' },
  { ...korean('최', '유나', 'Choi', 'Yuna', 'female', '1984-01-30'), specialty: 'Pediatrics' },
  { ...english('Walker', 'Grace', 'female', '1976-06-11'), specialty: 'Laboratory medicine' },
];

/** Full names, the Korean one first and marked as ideographic, the alphabetic one second. */
export function humanNames(person: PersonSeed): [HumanName, ...HumanName[]] {
  const { family, given, alphabetic } = person;
  if (alphabetic === undefined) {
    return [{ use: 'official', text: `${given} ${family}`, family, given: [given] }];
  }
  const representation = (valueCode: 'IDE' | 'ABC') => [
    { url: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation', valueCode },
  ];
  return [
    {
      extension: representation('IDE'),
      use: 'official',
      text: `${family}${given}`,
      family,
      given: [given],
    },
    {
      extension: representation('ABC'),
      use: 'usual',
      text: `${alphabetic.given} ${alphabetic.family}`,
      family: alphabetic.family,
      given: [alphabetic.given],
    },
  ];
}

export function displayName(person: PersonSeed): string {
  return humanNames(person)[0].text ?? person.family;
}

const roads = [
  { city: '서울특별시', district: '종로구', road: '세종대로', postalCode: '03154' },
  { city: '서울특별시', district: '강남구', road: '테헤란로', postalCode: '06236' },
  { city: '부산광역시', district: '해운대구', road: '센텀중앙로', postalCode: '48058' },
  { city: '대구광역시', district: '중구', road: '국채보상로', postalCode: '41911' },
  { city: '대전광역시', district: '유성구', road: '대학로', postalCode: '34134' },
  { city: '광주광역시', district: '서구', road: '상무대로', postalCode: '61949' },
] as const;

export function koreanAddress(random: Random): Address {
  const { city, district, road, postalCode } = random.pick(roads);
  const line = `${road} ${random.int(1, 480)}`;
  return {
    use: 'home',
    type: 'both',
    text: `${city} ${district} ${line}`,
    line: [line],
    city,
    district,
    postalCode,
    country: 'KR',
  };
}

export function koreanMobile(random: Random): string {
  const four = () => String(random.int(0, 9999)).padStart(4, '0');
  return `010-${four()}-${four()}`;
}
