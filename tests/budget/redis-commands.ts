import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLocalRedis } from '@mkt/redis/server';

/** A Redis that says how many commands it was given, those inside scripts as well. */
export interface CountingRedis {
  readonly url: string;
  commands(): Promise<number>;
  /** Resolves when no command has come for longer than acknowledgements wait to go together. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

const lookEveryMs = 100;
const quietForMs = 1_300;
const quietWithinMs = 30_000;

export async function startCountingRedis(): Promise<CountingRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mkt-counting-redis-'));
  const redis = await startLocalRedis({ dataDir, isDurable: false });
  const commands = () => commandsOf(redis.port);
  return {
    url: redis.url,
    commands,
    async quiet() {
      const giveUpAt = performance.now() + quietWithinMs;
      let count = await commands();
      let since = performance.now();
      while (performance.now() - since < quietForMs) {
        if (performance.now() > giveUpAt) throw new Error('Redis was given commands all the time');
        await delay(lookEveryMs);
        const now = await commands();
        if (now !== count) since = performance.now();
        count = now;
      }
    },
    async stop() {
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls of every command but the question itself, from the server's own statistics. */
async function commandsOf(port: number): Promise<number> {
  const socket = createConnection(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.end('INFO commandstats\r\n');
  await once(socket, 'close');
  return [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
    .filter(([, name]) => name !== 'info')
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}
