export interface KeptRedis {
  readonly url: string;
  stop(): Promise<void>;
}

const restartDelayMs = { first: 500, max: 10_000 };

/**
 * A Redis of this installation's own, started again on the same port when it ends. Undefined where
 * no server is installed.
 */
export async function keepLocalRedis(
  dataDir: string,
  tell: (line: string) => void,
): Promise<KeptRedis | undefined> {
  const { findRedisProgram, startLocalRedis } = await import('@mkt/redis/server');
  if (!findRedisProgram()) return undefined;
  let server = await startLocalRedis({ dataDir, isDurable: true });
  const { port, url } = server;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  function watch(): void {
    void server.exited.then(() => {
      if (stopping) return;
      tell('Redis                   has ended; starting it again');
      again();
    });
  }

  function again(): void {
    const delayMs = Math.min(restartDelayMs.max, restartDelayMs.first * 2 ** failures);
    timer = setTimeout(() => void start(), delayMs);
  }

  async function start(): Promise<void> {
    try {
      server = await startLocalRedis({ dataDir, port, isDurable: true });
      failures = 0;
      if (stopping) await server.stop();
      else watch();
    } catch {
      failures += 1;
      if (!stopping) again();
    }
  }

  watch();
  return {
    url,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await server.stop();
    },
  };
}
