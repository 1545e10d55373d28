// GET /instances/{id}/file: the file as it came, in another transfer syntax, or as DICOM JSON or XML.
import type { Resource } from '../archive/model.ts';
import { type DicomJsonOptions, dicomJson } from '../dicom/dicom-json.ts';
import { dicomXml } from '../dicom/dicom-xml.ts';
import { transcode } from '../dicom/transcode.ts';
import { pixelFormat } from '../image/pixels.ts';
import { type Answer, bareStatus, bytesAnswer } from './answer.ts';
import { resourceOf } from './arguments.ts';
import { storedFile } from './attachments.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import { tabbedJson } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';
import { isTransferSyntax, unknownTransferSyntax } from './transfer-syntaxes.ts';

export const instanceFile: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  // The header as a whole, not what a list of types holds.
  const { accept } = call.headers;
  const isJson = accept === 'application/dicom+json';
  if (isJson || accept === 'application/dicom+xml') return modelOf(instance, isJson, orthanc);
  const { transcodesFiles, hasLabels } = orthanc.version;
  const target = transcodesFiles ? call.query.get('transcode') : undefined;
  const answer =
    target === undefined
      ? storedFile(instance, orthanc)
      : await transcodedFile(instance, target, call, orthanc);
  const filename = hasLabels ? call.query.get('filename') : undefined;
  if (filename === undefined || answer.status !== 200) return answer;
  return { ...answer, headers: { 'Content-Disposition': `filename="${filename}"` } };
};

export function jsonOptions({ version, settings }: Orthanc): DicomJsonOptions {
  return { defaultCharset: settings.defaultCharset, decimalsAsText: version.writesDecimalsAsText };
}

async function modelOf(instance: Resource, isJson: boolean, orthanc: Orthanc): Promise<Answer> {
  const { dataset } = await orthanc.dicom.parseWhole(instance);
  const json = dicomJson(dataset, jsonOptions(orthanc));
  if (isJson) return bytesAnswer(Buffer.from(tabbedJson(json)), 'application/dicom+json');
  return bytesAnswer(Buffer.from(dicomXml(json)), 'application/dicom+xml');
}

async function transcodedFile(
  instance: Resource,
  target: string,
  call: Call,
  orthanc: Orthanc,
): Promise<Answer> {
  if (!isTransferSyntax(target)) throw unknownTransferSyntax(target);
  const quality = call.query.get('lossy-quality');
  if (quality !== undefined && !/^\d+$/.test(quality)) {
    throw new OrthancError(
      'outOfRange',
      `Expected a Unsigned Int for GET argument "lossy-quality", found: ${quality}`,
    );
  }
  const file = await orthanc.dicom.parseWhole(instance);
  if (file.transferSyntax === target) return storedFile(instance, orthanc);
  // What has no pixels is given as it is.
  const format = pixelFormat(file.dataset, file.transferSyntax);
  const bytes = await transcode(file, target);
  if (!bytes) return format ? bareStatus(404) : storedFile(instance, orthanc);
  const { headers } = storedFile(instance, orthanc);
  return bytesAnswer(bytes, 'application/dicom', headers);
}
