import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from '@mkt/service-kit';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Bounds of every server that others connect to. */
export const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};

const drainTimeoutMs = 8_000;

export function listen(server: Server, address: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Stops accepting, lets requests finish within a bound, then cuts what is left. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
  await closed;
  clearTimeout(cut);
}

/** Names what kept a server from listening. */
export function listenError(error: unknown, { host, port }: Address): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') {
    return new StartError(
      'PORT_TAKEN',
      `Something else listens on ${host}:${port} already.`,
      'Stop it, or choose another port.',
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new StartError(
      'ADDRESS_REFUSED',
      `This machine does not let a process listen on ${host}:${port}.`,
      'Choose another address, or a port above 1023.',
      { cause: error },
    );
  }
  return error;
}
