import { redact } from './redact.ts';

export const LogLevel = { debug: 'debug', info: 'info', warn: 'warn', error: 'error' } as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

type Fields = Readonly<Record<string, unknown>>;

/** `event` is a constant phrase; whatever varies goes into `fields`, which are redacted before they are written. */
export interface Logger {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export type LogSink = (level: LogLevel, event: string, fields: Record<string, unknown>) => void;

/** The only way to make a Logger: a sink never sees a field that was not redacted. */
export function createLogger(sink: LogSink): Logger {
  const at =
    (level: LogLevel) =>
    (event: string, fields: Fields = {}) =>
      sink(level, event, redact(fields));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
