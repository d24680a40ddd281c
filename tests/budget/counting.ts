import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Writable } from 'node:stream';
import { type Context, contexts, type ServiceName, serviceNames, serviceSpec } from '@mkt/topology';
import pg from 'pg';

/** What the database's clients of this process have sent and received, by bounded context. */
export interface DatabaseCounts {
  readonly statements: Readonly<Record<Context, number>>;
  readonly bytesOut: Readonly<Record<Context, number>>;
  /** Of one service alone, such as a consumer. */
  statementsOf(service: ServiceName): number;
}

/**
 * Counts below the marketplace's own meter, at the driver, so that one can check the other. A
 * connection's role says whose it is: every service has roles of its own.
 */
export function countDatabaseClients(): { read(): DatabaseCounts; restore(): void } {
  const statements = new Map<ServiceName, number>();
  const sockets = new Map<Socket, ServiceName>();
  const send = pg.Client.prototype.query;
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
    const service = serviceOf(this.user ?? '');
    if (service) {
      statements.set(service, (statements.get(service) ?? 0) + 1);
      sockets.set(
        (this as unknown as { connection: { stream: Socket } }).connection.stream,
        service,
      );
    }
    return Reflect.apply(send, this, args);
  } as typeof send;
  return {
    read() {
      const bytes = new Map<ServiceName, number>();
      for (const [socket, service] of sockets) {
        bytes.set(service, (bytes.get(service) ?? 0) + socket.bytesRead);
      }
      const frozen = new Map(statements);
      return {
        statements: byContext(frozen),
        bytesOut: byContext(bytes),
        statementsOf: (service) => frozen.get(service) ?? 0,
      };
    },
    restore() {
      pg.Client.prototype.query = send;
    },
  };
}

function byContext(byService: ReadonlyMap<ServiceName, number>): Record<Context, number> {
  const sums = Object.fromEntries(contexts.map((name) => [name, 0])) as Record<Context, number>;
  for (const [service, count] of byService) sums[serviceSpec(service).context] += count;
  return sums;
}

/** A service connects as `mkt_<service>`, and for one vendor's request as `mkt_<service>_vendor`. */
function serviceOf(user: string): ServiceName | undefined {
  const name = /^mkt_(\w+?)(_vendor)?$/.exec(user)?.[1];
  return serviceNames.find((known) => known === name);
}

/** A stream that keeps the length of what is written to it, and nothing else. */
export function countingStream(): { readonly stream: Writable; bytes(): number } {
  let sum = 0;
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      sum += Buffer.byteLength(chunk);
      done();
    },
  });
  return { stream, bytes: () => sum };
}

/** Takes what is sent to it as a collector of traces does, or any other receiver. */
export async function countingReceiver(): Promise<{
  readonly url: string;
  bytes(): number;
  requests(): number;
  stop(): Promise<void>;
}> {
  let sum = 0;
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.on('data', (chunk: Buffer) => {
      sum += chunk.byteLength;
    });
    request.on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bytes: () => sum,
    requests: () => count,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
