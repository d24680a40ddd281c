import { createConnection, createServer, type Socket } from 'node:net';
import type { PoolConfig } from '@mkt/service-kit';

/** Stands before PostgreSQL and can swallow the answer of the next COMMIT, which has happened. */
export interface CuttingProxy {
  readonly connection: PoolConfig;
  loseNextCommit(): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(to: PoolConfig): Promise<CuttingProxy> {
  let isArmed = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const host = String(to.host);
    const upstream = host.startsWith('/')
      ? createConnection(`${host}/.s.PGSQL.${to.port}`)
      : createConnection(Number(to.port), host);
    let isLosing = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => {
      if (isArmed && bytes.includes('COMMIT')) {
        isArmed = false;
        isLosing = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      // The server has answered, so it has committed; nobody hears of it.
      if (isLosing) end();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    connection: { ...to, host: '127.0.0.1', port: address.port },
    loseNextCommit: () => {
      isArmed = true;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
