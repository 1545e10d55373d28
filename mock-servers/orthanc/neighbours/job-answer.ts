// A job that a request asks for: done while it waits, or in the background with `"Asynchronous": true`.
import type { JobTask } from '../jobs/jobs.ts';
import { type Answer, jsonAnswer } from '../rest/answer.ts';
import { isAsynchronous } from '../rest/archives.ts';
import { type Fields, isFields } from '../rest/arguments.ts';
import { OrthancError } from '../rest/errors.ts';
import type { Orthanc } from '../rest/orthanc.ts';

export async function jobAnswer(task: JobTask, body: unknown, orthanc: Orthanc): Promise<Answer> {
  if (isAsynchronous(isFields(body) ? body : {})) {
    const { id } = orthanc.jobs.submit(task);
    return jsonAnswer({ ID: id, Path: `/jobs/${id}` });
  }
  try {
    await orthanc.jobs.perform(task);
  } catch (error) {
    // A job keeps the code of its failure, not its HTTP status.
    if (error instanceof OrthancError && error.status === 422)
      throw new OrthancError('network', error.details, { cause: error });
    throw error;
  }
  return jsonAnswer(task.content());
}

export function priorityOf(body: unknown): number {
  const fields: Fields = isFields(body) ? body : {};
  return typeof fields['Priority'] === 'number' ? fields['Priority'] : 0;
}
