import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gateway } from '../src/gateway.ts';

/** A gateway that listens on the loopback, until it is closed. */
export interface OpenGateway {
  readonly base: string;
  close(): Promise<void>;
}

export async function openGateway(gateway: Gateway): Promise<OpenGateway> {
  const server = createServer(gateway.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
