// The same window in Korean.
import { describeAppearance } from './appearance.ts';
import { openWorkbench, type WorkbenchPage } from './workbench-page.ts';

describe('in Korean', () => {
  let bench: WorkbenchPage;

  before(async function () {
    this.timeout(240_000);
    bench = await openWorkbench({ locale: 'ko' });
    await bench.pane('모의 서버').getByText('모의 서버 시작').last().click();
    await bench.row('모의 서버', /Orthanc/).waitFor();
  });
  after(() => bench?.stop());
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await bench.picture(`failed-ko-${this.currentTest.title}`);
  });

  describeAppearance(() => bench, { locale: 'ko', fhir: 'FHIR 리소스', valid: /동안 유효/ });
});
