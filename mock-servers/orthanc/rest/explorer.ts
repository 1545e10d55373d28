// Where Orthanc Explorer would be: a page of our own that says what this server is.
import { type Answer, bareStatus } from './answer.ts';
import type { Handler } from './orthanc.ts';

const page = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Mock Orthanc</title>
<h1>Mock Orthanc</h1>
<p>This is the mock server of OpenEMR Workbench. It answers the REST API and DICOMweb of Orthanc; it has no Explorer.</p>
<ul>
<li><a href="../system">/system</a></li>
<li><a href="../studies?expand">/studies?expand</a></li>
<li><a href="../dicom-web/studies">/dicom-web/studies</a></li>
</ul>
</html>
`;

export const explorer: Handler = (call): Answer =>
  call.trailing.join('/') === 'explorer.html'
    ? { status: 200, contentType: 'text/html', body: page }
    : bareStatus(404);
