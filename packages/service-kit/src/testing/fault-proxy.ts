import { once } from 'node:events';
import {
  type AddressInfo,
  createConnection,
  createServer,
  type Server,
  type Socket,
} from 'node:net';

/** A server by its port, or by its socket in the file system. */
export type FaultyServer =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/** Stands before a server, which may not be a test's to stop, and fails in its place. */
export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Takes what is sent and lets nothing through, until told to go on. */
  stall(): void;
  goOn(): void;
  /** Each part of an answer takes so much longer; 0 ends it. */
  delayAnswers(ms: number): void;
  /** The next answers break off in the middle, with a reset, so many times. */
  breakAnswers(times: number): void;
  /** Takes every connection and resets it at once, as something before a dead server does. */
  hangUp(): void;
  /** Connections that were taken since the start. */
  readonly taken: number;
  /** Answers that were broken off since the start. */
  readonly broken: number;
  /** Nobody listens, and every connection breaks. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

const host = '127.0.0.1';

export async function startFaultProxy(to: FaultyServer): Promise<FaultProxy> {
  const open = new Set<Socket>();
  let isStalled = false;
  let delayMs = 0;
  let breaks = 0;
  let broken = 0;
  let taken = 0;
  let isHangingUp = false;
  let server: Server;

  function serve(client: Socket): void {
    taken += 1;
    if (isHangingUp) {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    const upstream = 'path' in to ? createConnection(to.path) : createConnection(to.port, to.host);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    function answer(bytes: Buffer): void {
      if (breaks === 0) return void client.write(bytes);
      breaks -= 1;
      broken += 1;
      // What was written must leave before the reset, which would take it along.
      client.write(bytes.subarray(0, Math.ceil(bytes.byteLength / 2)), () => {
        client.resetAndDestroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => void upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (delayMs === 0) answer(bytes);
      else setTimeout(answer, delayMs, bytes);
    });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
      if (isStalled) socket.pause();
    }
  }

  async function listen(at: number): Promise<number> {
    server = createServer(serve).listen(at, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  const port = await listen(0);
  return {
    host,
    port,
    stall() {
      isStalled = true;
      for (const socket of open) socket.pause();
    },
    goOn() {
      isStalled = false;
      isHangingUp = false;
      for (const socket of open) socket.resume();
    },
    delayAnswers(ms) {
      delayMs = ms;
    },
    breakAnswers(times) {
      breaks = times;
    },
    hangUp() {
      isHangingUp = true;
      for (const socket of open) socket.destroy();
    },
    get taken() {
      return taken;
    },
    get broken() {
      return broken;
    },
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
    comeBack: async () => void (await listen(port)),
  };
}
