import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before the processes of one service, as a cluster does: they take requests in turn. */
export interface Balancer {
  readonly url: string;
  /** From now on it gets its share of the requests. */
  add(url: string): void;
  /** No new request goes there; those that are under way stay. */
  remove(url: string): void;
  close(): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const targets: string[] = [];
  let turn = 0;

  /** Where no answer comes the caller learns just that, as from a connection that breaks. */
  function serve(asked: IncomingMessage, answer: ServerResponse): void {
    const target = targets[turn++ % targets.length];
    const breakOff = () => void asked.socket.destroy();
    if (!target) {
      breakOff();
      return;
    }
    const { method, headers, url = '/' } = asked;
    const forwarded = request(new URL(url, target), { method: method ?? 'GET', headers });
    forwarded.on('error', breakOff);
    forwarded.on('response', (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.on('error', breakOff).pipe(answer);
    });
    answer.on('close', () => forwarded.destroy());
    asked.pipe(forwarded);
  }

  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url) => void targets.push(url),
    remove(url) {
      const at = targets.indexOf(url);
      if (at !== -1) targets.splice(at, 1);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
