import assert from 'node:assert/strict';
import { createProgram } from '#cli/program.ts';
import { english } from '#core/text.ts';
import { korean } from '#test/support/korean.ts';
import { aTerminal } from '#test/support/terminal.ts';

async function complaint(line: string, say: typeof english): Promise<string> {
  const { terminal, remarked } = aTerminal();
  const program = createProgram({ ...terminal, say }, '1.2.3');
  await assert.rejects(program(line.split(' ')), { name: 'CommanderError' });
  return remarked();
}

const cases: readonly (readonly [line: string, english: string, korean: string])[] = [
  [
    'start --emty',
    "error: unknown option '--emty'\n(Did you mean --empty?)",
    "오류: '--emty' 옵션은 없습니다\n(--empty을(를) 쓰려고 하셨습니까?)",
  ],
  ['status --xyz', "error: unknown option '--xyz'", "오류: '--xyz' 옵션은 없습니다"],
  ['nonsense', "error: unknown command 'nonsense'", "오류: 'nonsense' 명령은 없습니다"],
  [
    'dicom fend',
    "error: unknown command 'fend'\n(Did you mean one of find, send?)",
    "오류: 'fend' 명령은 없습니다\n(다음 중 하나를 쓰려고 하셨습니까? find, send)",
  ],
  [
    'dicom get',
    "error: missing required argument 'id'",
    "오류: 필요한 인수 'id'을(를) 지정하지 않았습니다",
  ],
  [
    'wait --url',
    "error: option '--url <URL>' argument missing",
    "오류: '--url <URL>' 옵션에 값이 없습니다",
  ],
  [
    'start --profile 6',
    "error: option '--profile <RELEASE>' argument '6' is invalid. Allowed choices are 7.0.3, 7.0.4.",
    "오류: '--profile <RELEASE>' 옵션에 '6' 값을 쓸 수 없습니다. 다음 중에서 고르십시오: 7.0.3, 7.0.4.",
  ],
  [
    'stop now please',
    "error: too many arguments for 'stop'. Expected 0 but got 2: now, please.",
    "오류: 'stop' 명령의 인수가 너무 많습니다. 0개여야 하는데 2개입니다: now, please.",
  ],
];

describe('a command line that cannot be read', () => {
  for (const [line, inEnglish, inKorean] of cases) {
    it(`is refused in the language of the person: ${line}`, async () => {
      assert.equal(await complaint(line, english), inEnglish);
      assert.equal(await complaint(line, korean), inKorean);
    });
  }
});
