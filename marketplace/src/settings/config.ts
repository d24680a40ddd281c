import buckets from '@mkt/policies/compiled/token-buckets.json' with { type: 'json' };
import {
  databaseUrlProblem,
  flagText,
  logLevels,
  minPeerSecretLength,
  setting,
  telemetrySettings,
  urlText,
  wholeText,
} from '@mkt/service-kit';
import { type ServiceName, serviceNames } from '@mkt/topology';
import { z } from 'zod';

const minRoleSecretLength = 16;

/** Settings of every process, the gateway's as well. */
export const processSettings = {
  HOST: setting(z.string().min(1).default('127.0.0.1'), {
    meaning: 'Address to listen on; 0.0.0.0 in a container.',
  }),
  PORT: setting(wholeText({ min: 0, max: 65_535 }).default(8080), {
    meaning: 'Port to listen on; 0 takes a free one.',
  }),
  LOG_LEVEL: setting(z.enum(logLevels).default('info'), {
    meaning: 'The least important lines that are logged; info has one for each answer.',
  }),
  PEER_SECRET: setting(
    z
      .string('is needed')
      .refine((text) => text.split(',').every((one) => one.length >= minPeerSecretLength), {
        error: `Give ${minPeerSecretLength} characters or more (two secrets with a comma between).`,
      }),
    {
      meaning:
        'Shared by all services of an installation: they prove with it who calls. The first signs.',
      secret: true,
    },
  ),
  PEER_URL: setting(
    z
      .string()
      .refine((text) => URL.canParse(text.replaceAll('{service}', 'order')), {
        error: 'Write a URL with {service} in it, such as http://{service}:8080',
      })
      .default('http://{service}:8080'),
    { meaning: 'Where a service answers; {service} stands for its name.' },
  ),
  PEER_URLS: setting(
    z
      .string()
      .refine((text) => parsePeerUrls(text) !== undefined, {
        error: 'Write service=URL, with commas between, such as order=http://10.0.0.4:8080',
      })
      .optional(),
    { meaning: 'Services that answer elsewhere than PEER_URL says, as service=URL,service=URL.' },
  ),
  REDIS_URL: setting(urlText(['redis', 'rediss'], 'redis://user:password@host:6379').optional(), {
    meaning: 'Redis 7 or Valkey: the bus between processes, and the shared cache and limits.',
    secret: true,
  }),
  REDIS_METERED: setting(flagText(false), {
    meaning: 'Commands are paid for or limited: the bus waits longer between its looks.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(telemetrySettings.shape.OTEL_EXPORTER_OTLP_ENDPOINT, {
    meaning:
      'Where traces and log lines are sent by OTLP over HTTP; they stay in the process without it.',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting(telemetrySettings.shape.OTEL_EXPORTER_OTLP_HEADERS, {
    meaning: 'Headers that go with them, as name=value with commas between.',
    secret: true,
  }),
  DRAIN_SECONDS: setting(wholeText({ min: 1, max: 300 }).default(20), {
    meaning: 'After this long at a stop, whatever is still under way is cut off.',
  }),
} as const;

/** Settings of every process that has a database: all but the gateway. */
export const serviceSettings = {
  ...processSettings,
  DATABASE_URL: setting(
    z.string('is needed').superRefine((text, context) => {
      const problem = databaseUrlProblem(text);
      if (problem) context.addIssue({ code: 'custom', message: problem });
    }),
    {
      meaning: 'PostgreSQL 15 or newer. With MIGRATE its user makes the schema and the roles.',
      secret: true,
    },
  ),
  DATABASE_ROLE_SECRET: setting(
    z
      .string()
      .min(minRoleSecretLength, `Give ${minRoleSecretLength} characters or more.`)
      .optional(),
    {
      meaning:
        "Each role's password is derived from it. Without it, from the password of DATABASE_URL.",
      secret: true,
    },
  ),
  SECRET_KEY: setting(
    z
      .string('is needed')
      .regex(/^[\w-]{43}(,[\w-]{43})*$/, 'Give 32 bytes as base64url (NEW,OLD for a while).'),
    {
      meaning:
        'Seals the secrets in the database. Keep it apart from the database: without it they ' +
        'cannot be read.',
      secret: true,
    },
  ),
  MIGRATE: setting(flagText(true), {
    meaning: 'Bring the schema and roles of this service up to date at the start.',
  }),
  MONGODB_URL: setting(
    urlText(['mongodb', 'mongodb+srv'], 'mongodb://user:password@host:27017/database').optional(),
    { meaning: 'MongoDB for documents; without it they are in PostgreSQL.', secret: true },
  ),
  FILES_DIR: setting(z.string().min(1).default('data/files'), {
    meaning: 'Folder for files: index snapshots, uploads. Each service has one of its own in it.',
  }),
  CLOCK_FILE: setting(z.string().min(1).optional(), {
    meaning:
      'For demonstrations: the business clock may be moved, and this file, which all services ' +
      'share, says how far. Without it real time counts.',
  }),
  SOLE_PROCESS: setting(flagText(false), {
    meaning:
      'No other process runs this service: what a crash left behind is taken up at once, and ' +
      'migrations may take away what an older version used.',
  }),
  USAGE_SECONDS: setting(wholeText({ min: 1, max: 86_400 }).default(60), {
    meaning:
      'Pause between reports of metered use to the guard; each wakes its database if it sleeps.',
  }),
  SWEEP_SECONDS: setting(
    wholeText({ min: 1, max: 86_400 }).default(buckets.neon.backgroundIntervalSeconds),
    {
      meaning:
        'Longest pause between looks for due work; short ones keep a serverless store awake.',
    },
  ),
} as const;

const gatewaySettings = {
  ...processSettings,
  CLIENT_RATE: setting(rateText('20:200'), {
    meaning: 'Requests of one client, as per second:burst.',
  }),
  VENDOR_RATE: setting(rateText('50:500'), {
    meaning: 'Requests of all people and keys of one vendor, as per second:burst.',
  }),
  ALLOWED_ORIGINS: setting(z.string().default(''), {
    meaning: 'Origins of web pages that may read answers, with commas between; * for all.',
  }),
  DEMO_IMAGES: setting(flagText(false), {
    meaning: "Serve the demonstration's pictures below /media/demo/.",
  }),
} as const;

/** Requests a second and how many at once, as `20:200`. */
function rateText(byDefault: string) {
  return z
    .string()
    .regex(/^\d{1,7}:\d{1,7}$/, { error: 'Write requests per second and burst, such as 20:200.' })
    .default(byDefault)
    .transform((text) => {
      const [perSecond = 0, burst = 0] = text.split(':').map(Number);
      return { perSecond, burst };
    })
    .refine(({ perSecond, burst }) => perSecond > 0 && burst > 0, { error: 'Neither may be 0.' });
}

export const gatewaySchema = z.object(gatewaySettings);

const serviceSchema = z.object(serviceSettings);
export type ServiceSettings = z.output<typeof serviceSchema>;

/** `order=http://…,payment=http://…`; undefined where it is written otherwise. */
export function parsePeerUrls(text: string): ReadonlyMap<ServiceName, string> | undefined {
  const urls = new Map<ServiceName, string>();
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', url = ''] = part.trim().split(/=(.*)/s);
    const service = serviceNames.find((one) => one === name);
    if (!service || !URL.canParse(url)) return undefined;
    urls.set(service, url);
  }
  return urls;
}

/** Where each service answers. */
export function peerUrls(
  settings: Pick<ServiceSettings, 'PEER_URL' | 'PEER_URLS'>,
): (service: ServiceName) => string {
  const named = parsePeerUrls(settings.PEER_URLS ?? '') ?? new Map<ServiceName, string>();
  return (service) =>
    named.get(service) ?? settings.PEER_URL.replaceAll('{service}', service).replace(/\/$/, '');
}

/** The environment of this process: the one place that reads it. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
