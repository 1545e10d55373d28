// /jobs: what runs and what ran, and what it left for download.
import type { Job } from '../jobs/jobs.ts';
import {
  type Answer,
  bareJsonAnswer,
  bareStatus,
  bytesAnswer,
  jsonAnswer,
  textAnswer,
} from './answer.ts';
import { expandFlag } from './arguments.ts';
import type { Call } from './call.ts';
import { OrthancError } from './errors.ts';
import type { Handler, Orthanc } from './orthanc.ts';

export const listJobs: Handler = (call, orthanc) => {
  const jobs = orthanc.jobs.all().sort((a, b) => (a.id < b.id ? -1 : 1));
  if (!expandFlag(call, orthanc)) return jsonAnswer(jobs.map(({ id }) => id));
  return jsonAnswer(jobs.map((job) => orthanc.jobs.describe(job)));
};

export const getJob: Handler = (call, orthanc) => {
  const job = jobOf(call, orthanc);
  return job ? jsonAnswer(orthanc.jobs.describe(job)) : bareStatus(404);
};

export const deleteJob: Handler = (call, orthanc) => {
  const job = jobOf(call, orthanc);
  if (!job) {
    const id = call.params['id'] ?? '';
    throw new OrthancError('inexistentItem', `No job found with this id: ${id}`);
  }
  orthanc.jobs.forget(job);
  return textAnswer('');
};

/** Cancelling or pausing what is done changes nothing and is no error. */
export const changeJob: Handler = (call, orthanc): Answer =>
  jobOf(call, orthanc) ? bareJsonAnswer('{}') : bareStatus(400);

/** Only a paused or failed job can go on, and a job that nobody knows cannot. */
export const resumeJob: Handler = () => bareStatus(400);

export const jobOutput: Handler = (call, orthanc) => {
  const name = call.params['name'] ?? '';
  const output = jobOf(call, orthanc)?.task.output?.(name);
  if (!output) throw new OrthancError('inexistentItem', `Job has no such output: ${name}`);
  const headers = { 'Content-Disposition': `filename="${output.filename}"` };
  return bytesAnswer({ path: output.path, size: output.size }, output.contentType, headers);
};

export const deleteJobOutput: Handler = async (call, orthanc) => {
  const name = call.params['name'] ?? '';
  const task = jobOf(call, orthanc)?.task;
  if (!task?.output?.(name)) {
    throw new OrthancError('inexistentItem', `Job has no such output: ${name}`);
  }
  await task.discard?.();
  return textAnswer('');
};

function jobOf(call: Call, { jobs }: Orthanc): Job | undefined {
  return jobs.get(call.params['id'] ?? '');
}
