import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** Stands before a MongoDB server, which may not be ours to stop, and fails in its place. */
export interface StallingProxy {
  readonly url: string;
  /** Takes what is sent and lets nothing through, until told to go on. */
  stall(): void;
  goOn(): void;
  /** Nobody listens, and every connection breaks. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function startStallingProxy(url: string): Promise<StallingProxy> {
  const { hostname, port, pathname, search } = new URL(url);
  const open = new Set<Socket>();
  let isStalled = false;
  let server: Server;

  function serve(client: Socket): void {
    const upstream = createConnection(Number(port || 27_017), hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', end);
      from.on('close', () => {
        open.delete(from);
        end();
      });
      if (isStalled) from.pause();
    }
  }

  async function listen(at: number): Promise<number> {
    server = createServer(serve).listen(at, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
    return address.port;
  }

  const own = await listen(0);
  // Alone: a replica set would tell its members' addresses, and the proxy be passed by.
  const options = new URLSearchParams(search);
  options.set('directConnection', 'true');
  return {
    url: `mongodb://127.0.0.1:${own}${pathname || '/'}?${options}`,
    stall() {
      isStalled = true;
      for (const socket of open) socket.pause();
    },
    goOn() {
      isStalled = false;
      for (const socket of open) socket.resume();
    },
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
    comeBack: async () => void (await listen(own)),
  };
}
