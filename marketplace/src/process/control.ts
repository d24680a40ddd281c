import type { Logger, PeerTokens } from '@mkt/service-kit';
import { Pool } from 'undici';
import type { z } from 'zod';
import { type BackendName, backendNames } from '../load-definition.ts';
import { type ControlAction, controlPrefix, idleReply, sweepReply } from './control-routes.ts';

export interface ControlClientOptions {
  readonly urlOf: (service: BackendName) => string;
  readonly tokens: Pick<PeerTokens, 'sign'>;
  readonly log: Logger;
  /** Whoever is asked; all services unless named. */
  readonly services?: readonly BackendName[];
  /** Whether the bus has nothing left to hand out; looked at between rounds. */
  readonly isBusIdle?: () => Promise<boolean>;
}

/** Asks all processes of an installation at once. One that does not answer is left out. */
export interface Control {
  setClock(offsetMs: number): Promise<void>;
  flushUsage(): Promise<void>;
  /** Resolves when two rounds over all services and the bus found nothing under way. */
  settle(): Promise<void>;
  /** Takes up everything that is due, until nothing is. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const answerTimeoutMs = 60_000;
const maxRounds = 400;
const pauseMs = 15;

export function createControl(options: ControlClientOptions): Control {
  const { urlOf, tokens, log, services = backendNames } = options;
  const isBusIdle = options.isBusIdle ?? (async () => true);
  const pools = new Map<BackendName, Pool>();

  function poolOf(service: BackendName): Pool {
    let pool = pools.get(service);
    if (!pool) {
      pool = new Pool(urlOf(service), { connections: 2, headersTimeout: answerTimeoutMs });
      pools.set(service, pool);
    }
    return pool;
  }

  async function ask(service: BackendName, action: ControlAction, body: object): Promise<unknown> {
    try {
      const reply = await poolOf(service).request({
        method: 'POST',
        path: `${controlPrefix}${action}`,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${tokens.sign(service)}`,
        },
        body: JSON.stringify(body),
      });
      const text = await reply.body.text();
      if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${text.slice(0, 200)}`);
      return JSON.parse(text);
    } catch (error) {
      log.warn({ peer: service, operation: action, err: error }, 'a service was not reached');
      return undefined;
    }
  }

  const askAll = (action: ControlAction, body: object = {}): Promise<unknown[]> =>
    Promise.all(services.map((service) => ask(service, action, body)));

  async function sumOf<T>(
    action: ControlAction,
    schema: z.ZodType<T>,
    pick: (reply: T) => number,
  ): Promise<number> {
    const replies = await askAll(action);
    return replies
      .filter((reply) => reply !== undefined)
      .reduce((sum: number, reply) => sum + pick(schema.parse(reply)), 0);
  }

  async function settle(): Promise<void> {
    let before = -1;
    for (let round = 0; round < maxRounds; round += 1) {
      const now = await sumOf('idle', idleReply, ({ activity }) => activity);
      if (now === before && (await isBusIdle())) return;
      before = now;
      if (round > 0) await pause();
    }
    log.warn({ operation: 'settle' }, 'the services did not come to rest');
  }

  return {
    async setClock(offsetMs) {
      await askAll('clock', { offsetMs });
    },
    async flushUsage() {
      await askAll('usage');
    },
    settle,
    async sweep() {
      for (let round = 0; round < maxRounds; round += 1) {
        const taken = await sumOf('sweep', sweepReply, (reply) => reply.taken);
        await settle();
        if (taken === 0) return;
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pauseMs);
  });
}
