import { databaseUrlProblem, type SettingsSchema, setting } from '@mkt/service-kit';
import type { JobName } from '@mkt/topology';
import { z } from 'zod';
import { processSettings } from './config.ts';

const { LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS } = processSettings;
const { PEER_SECRET, PEER_URL, PEER_URLS } = processSettings;

const everyJob = { LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS } as const;

/** Settings of each job. */
export const jobSchemas = {
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
