// Jobs of one server: asked for by REST, done in the background or awaited by the request itself.
import type { Clock } from '#core/clock.ts';
import { orthancTimeMicro } from '../archive/time.ts';
import type { OutgoingCalls } from '../neighbours/outgoing-calls.ts';
import { OrthancError } from '../rest/errors.ts';
import type { JsonObject } from '../rest/json.ts';

export type JobState = 'Pending' | 'Running' | 'Success' | 'Failure' | 'Paused' | 'Retry';

export interface JobOutput {
  readonly contentType: string;
  readonly filename: string;
  readonly path: string;
  readonly size: number;
}

export interface JobContext {
  /** The job is not wanted any more. */
  readonly signal: AbortSignal;
}

/** What a job does; `content` grows while it works. */
export interface JobTask {
  readonly type: string;
  readonly priority: number;
  content(): JsonObject;
  /** Whatever waits for another server ends with the signal, however long that server may take. */
  run(context: JobContext): Promise<void>;
  output?(name: string): JobOutput | undefined;
  /** Removes what the job left behind for download. */
  discard?(): Promise<void>;
}

export interface Job {
  readonly id: string;
  readonly task: JobTask;
  readonly createdAtMs: number;
  state: JobState;
  startedAtMs?: number;
  completedAtMs?: number;
  error?: OrthancError;
}

/** How many finished jobs are remembered (JobsHistorySize). */
const HISTORY = 10;
const ARCHIVE = 'archive';

export class Jobs {
  readonly #clock: Clock;
  readonly #newUuid: () => string;
  readonly #archives: number;
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #outgoing: OutgoingCalls;

  /** @param archives - how many of the archives made are kept for download (MediaArchiveSize) */
  constructor(clock: Clock, newUuid: () => string, outgoing: OutgoingCalls, archives: number) {
    this.#archives = archives;
    this.#clock = clock;
    this.#newUuid = newUuid;
    this.#outgoing = outgoing;
  }

  /** Starts a job in the background. */
  submit(task: JobTask): Job {
    const job = this.#add(task);
    void this.#perform(job).catch(() => undefined);
    return job;
  }

  /** Does a job while the request waits; its failure is the request's. */
  async perform(task: JobTask): Promise<Job> {
    const job = this.#add(task);
    await this.#perform(job);
    return job;
  }

  /** For a job that its caller does itself. */
  begin(task: JobTask): Job {
    const job = this.#add(task);
    job.state = 'Running';
    job.startedAtMs = this.#clock.now();
    return job;
  }

  finish(job: Job, error?: unknown): void {
    job.completedAtMs = this.#clock.now();
    job.state = error === undefined ? 'Success' : 'Failure';
    this.#forgetOldest();
    if (error === undefined) return;
    job.error =
      error instanceof OrthancError
        ? error
        : new OrthancError('internal', undefined, { cause: error });
  }

  forget(job: Job): void {
    this.#jobs.delete(job.id);
    void job.task.discard?.().catch(() => undefined);
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  counts() {
    const count = (state: JobState) => this.all().filter((job) => job.state === state).length;
    const failed = count('Failure');
    const success = count('Success');
    return {
      pending: count('Pending'),
      running: count('Running'),
      failed,
      success,
      completed: failed + success,
    };
  }

  describe(job: Job): JsonObject {
    const { task, error } = job;
    const done = job.completedAtMs;
    return {
      ...(done !== undefined && { CompletionTime: orthancTimeMicro(done) }),
      Content: task.content(),
      CreationTime: orthancTimeMicro(job.createdAtMs),
      EffectiveRuntime: ((done ?? this.#clock.now()) - (job.startedAtMs ?? job.createdAtMs)) / 1000,
      ErrorCode: error?.orthancStatus ?? 0,
      ErrorDescription: error?.publicMessage ?? 'Success',
      ErrorDetails: error?.details ?? '',
      ID: job.id,
      Priority: task.priority,
      Progress: job.state === 'Success' ? 100 : 0,
      State: job.state,
      Timestamp: orthancTimeMicro(this.#clock.now()),
      Type: task.type,
    };
  }

  /** Stops what runs and forgets all jobs with their files. */
  async clear(): Promise<void> {
    const goOn = this.#outgoing.interrupt();
    try {
      await Promise.allSettled(this.#running);
      await Promise.all(this.all().map((job) => job.task.discard?.()));
      this.#jobs.clear();
    } finally {
      goOn();
    }
  }

  #add(task: JobTask): Job {
    const job: Job = {
      id: this.#newUuid(),
      task,
      createdAtMs: this.#clock.now(),
      state: 'Pending',
    };
    this.#jobs.set(job.id, job);
    return job;
  }

  async #perform(job: Job): Promise<void> {
    job.state = 'Running';
    job.startedAtMs = this.#clock.now();
    const work = job.task.run(this.#outgoing);
    this.#running.add(work);
    try {
      await work;
      this.finish(job);
      await this.#discardOlder();
    } catch (error) {
      this.finish(job, error);
      throw error;
    } finally {
      this.#running.delete(work);
    }
  }

  // Each archive takes the place of an older one.
  async #discardOlder(): Promise<void> {
    const kept = this.all().filter(({ task }) => task.output?.(ARCHIVE));
    const older = kept.slice(0, Math.max(0, kept.length - this.#archives));
    await Promise.all(older.map(({ task }) => task.discard?.()));
  }

  #forgetOldest(): void {
    const finished = this.all().filter((job) => job.completedAtMs !== undefined);
    for (const job of finished.slice(0, Math.max(0, finished.length - HISTORY))) {
      this.forget(job);
    }
  }
}
