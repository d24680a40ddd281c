import { databaseUrlProblem, type SettingsSchema, setting, wholeText } from '@mkt/service-kit';
import type { JobName } from '@mkt/topology';
import { z } from 'zod';
import { processSettings, serviceSettings } from './config.ts';

const { LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS } = processSettings;
const { PEER_SECRET, PEER_URL, PEER_URLS } = processSettings;
const { DATABASE_URL, DATABASE_ROLE_SECRET, FILES_DIR } = serviceSettings;

const everyJob = { LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS } as const;

/** Settings of each job. */
export const jobSchemas = {
  'image-variants': z.object({
    ...everyJob,
    DATABASE_URL,
    DATABASE_ROLE_SECRET,
    FILES_DIR,
    JOB_SECONDS: setting(wholeText({ min: 1, max: 86_400 }).default(3_600), {
      meaning: 'No picture is begun after this long; what is left waits for the next night.',
    }),
  }),
  reindex: z.object({ ...everyJob, PEER_SECRET, PEER_URL, PEER_URLS }),
  'restore-drill': z.object({
    ...everyJob,
    DATABASE_URL: setting(
      z.string('is needed').superRefine((text, context) => {
        const problem = databaseUrlProblem(text);
        if (problem) context.addIssue({ code: 'custom', message: problem });
      }),
      {
        meaning: 'The server that the dump was restored into, never the one that was dumped.',
        secret: true,
      },
    ),
    DUMP_ROWS: setting(z.string('is needed').min(1), {
      meaning: 'File that the dump wrote beside itself: how many rows each table had then.',
    }),
  }),
} as const satisfies Readonly<Record<JobName, SettingsSchema>>;

export const jobSettingsOf = (job: JobName): SettingsSchema => jobSchemas[job];
