// GET /instances/{id}/file: the file as it came, in another transfer syntax, or as DICOM JSON or XML.
import type { Resource } from '../archive/model.ts';
import { type DicomJsonOptions, dicomJson } from '../dicom/dicom-json.ts';
import { dicomXml } from '../dicom/dicom-xml.ts';
import { transcode } from '../dicom/transcode.ts';
import { type Answer, bytesAnswer } from './answer.ts';
import { resourceOf } from './arguments.ts';
import { storedFile } from './attachments.ts';
import { OrthancError } from './errors.ts';
import { tabbedJson } from './json.ts';
import type { Handler, Orthanc } from './orthanc.ts';

export const instanceFile: Handler = async (call, orthanc) => {
  const instance = resourceOf(call, 'Instance', orthanc);
  const accept = call.headers.accept ?? '';
  const isJson = accept.includes('application/dicom+json');
  if (isJson || accept.includes('application/dicom+xml')) return modelOf(instance, isJson, orthanc);
  const target = orthanc.version.transcodesFiles ? call.query.get('transcode') : undefined;
  return target === undefined
    ? storedFile(instance, orthanc)
    : transcodedFile(instance, target, orthanc);
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
  orthanc: Orthanc,
): Promise<Answer> {
  const file = await orthanc.dicom.parseWhole(instance);
  if (file.transferSyntax === target) return storedFile(instance, orthanc);
  const bytes = await transcode(file, target);
  if (!bytes) throw new OrthancError('notImplemented', `Cannot transcode to ${target}`);
  const { headers } = storedFile(instance, orthanc);
  return bytesAnswer(bytes, 'application/dicom', headers);
}
