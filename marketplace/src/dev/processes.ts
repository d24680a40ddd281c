import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createLogger, createPeerTokens } from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';
import { firstOperatorEmail, operatorPasswordPath } from '../first-operator.ts';
import { closeServer, listen, listenError } from '../listening.ts';
import { backendNames } from '../load-definition.ts';
import { createControl } from '../process/control.ts';
import { secretKeyOf } from '../secret-key.ts';
import { findPorts } from '../supervise/ports.ts';
import { startSupervisor } from '../supervise/supervisor.ts';
import { announce } from './announce.ts';
import { readState } from './data-dir.ts';
import { devErrorOf, devRates } from './one-process.ts';
import type { Dev, DevOptions } from './options.ts';
import type { DevServers } from './servers.ts';

const loopback = '127.0.0.1';
const services: readonly ServiceName[] = ['gateway', ...backendNames];

/** Serves each service from a process of its own, on loopback; this process looks after them. */
export async function serveInProcesses(servers: DevServers, options: DevOptions): Promise<Dev> {
  const port = await claimPort(options);
  const ports = await findPorts(backendNames.length, loopback);
  const urls = new Map<ServiceName, string>([
    ['gateway', `http://${options.host}:${port}`],
    ...backendNames.map((name, at) => [name, `http://${loopback}:${ports[at]}`] as const),
  ]);
  const urlOf = (name: ServiceName): string => urls.get(name) ?? '';
  const secret = randomBytes(32).toString('base64url');
  const operator = await operatorOf(options.dataDir);
  const shared = sharedEnvironment(servers, options, {
    secret,
    urls,
    secretKey: await secretKeyOf(options.dataDir),
  });
  const supervisor = startSupervisor({
    services,
    print: options.printLog ?? options.print,
    envOf: (name) => ({
      ...shared,
      PORT: new URL(urlOf(name)).port,
      HOST: name === 'gateway' ? options.host : loopback,
      ...(name === 'user' ? operator.env : {}),
    }),
  });
  const control = createControl({
    urlOf,
    tokens: createPeerTokens({ self: 'installation', secrets: [secret] }),
    log: createLogger(options.logLevel ?? 'warn'),
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= supervisor
      .stop()
      .then(() => control.close())
      .finally(() => servers.stop());
    return stopping;
  };
  const stopped = servers.ended.then(stop);
  const asked = Promise.withResolvers<void>();
  try {
    await supervisor.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  const state = await readState(options.dataDir);
  const hasDemo = state?.seed === 'done';
  announce(urlOf('gateway'), { hasDemo, passwordPath: operator.path }, options.print);
  return {
    url: urlOf('gateway'),
    idle: control.settle,
    async stop() {
      await stop();
      asked.resolve();
    },
    stopped: Promise.race([stopped, asked.promise]),
  };
}

/** Sees that the gateway will get its port before fifteen processes are started for nothing. */
async function claimPort({ host, port }: DevOptions): Promise<number> {
  if (port === 0) {
    const [free] = await findPorts(1, host);
    return free ?? 0;
  }
  try {
    await closeServer(await listen(createServer(), { host, port }));
    return port;
  } catch (error) {
    throw devErrorOf(listenError(error, { host, port }), { port });
  }
}

/** Whoever may read the data folder of an empty marketplace becomes its operator. */
async function operatorOf(dataDir: string): Promise<{
  readonly path: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}> {
  const path = operatorPasswordPath(dataDir);
  try {
    const password = (await readFile(path, 'utf8')).trim();
    return { path, env: { OPERATOR_EMAIL: firstOperatorEmail, OPERATOR_PASSWORD: password } };
  } catch {
    return { path: undefined, env: {} };
  }
}

function sharedEnvironment(
  servers: DevServers,
  options: DevOptions,
  given: {
    readonly secret: string;
    readonly secretKey: string;
    readonly urls: ReadonlyMap<ServiceName, string>;
  },
): NodeJS.ProcessEnv {
  const { client, vendor } = devRates;
  return {
    // Own settings of the services, such as SMTP_URL, and what Node itself needs.
    ...options.env,
    DATABASE_URL: servers.databaseUrl,
    ...(servers.redisUrl ? { REDIS_URL: servers.redisUrl } : {}),
    ...(servers.mongodbUrl ? { MONGODB_URL: servers.mongodbUrl } : {}),
    PEER_SECRET: given.secret,
    SECRET_KEY: given.secretKey,
    PEER_URLS: [...given.urls].map(([name, url]) => `${name}=${url}`).join(','),
    FILES_DIR: join(options.dataDir, 'files'),
    CLOCK_FILE: join(options.dataDir, 'clock.json'),
    SOLE_PROCESS: 'true',
    LOG_LEVEL: options.logLevel ?? 'warn',
    CLIENT_RATE: `${client.perSecond}:${client.burst}`,
    VENDOR_RATE: `${vendor.perSecond}:${vendor.burst}`,
    DEMO_IMAGES: 'true',
  };
}
