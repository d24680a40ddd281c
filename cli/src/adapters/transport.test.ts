import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpTransport } from './transport.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Answers with these statuses, one after the other, and remembers the bodies. */
async function answering(statuses: readonly number[], retryAfter?: string) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[bodies.length] ?? 500;
      bodies.push(Buffer.concat(chunks).toString());
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, retryAfter ? { 'retry-after': retryAfter } : {}).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  return { bodies, waits, transport: httpTransport({ url: `http://127.0.0.1:${port}`, wait }) };
}

const change = { method: 'POST', path: '/v1/one', headers: {}, body: '{"a":1}' };

describe('the transport', () => {
  it('sends a request again while the server is busy, after the time it asks for', async () => {
    const { transport, bodies, waits } = await answering([503, 429, 201], '2');
    await expect(transport(change)).resolves.toMatchObject({ status: 201 });
    expect(bodies).toEqual([change.body, change.body, change.body]);
    expect(waits).toEqual([2_000, 2_000]);
  });

  it('gives the last answer back when the server stays busy', async () => {
    const { transport, bodies } = await answering([503, 503, 503, 503, 503]);
    await expect(transport(change)).resolves.toMatchObject({ status: 503 });
    expect(bodies).toHaveLength(5);
  });

  it('does not wait longer than anybody would', async () => {
    const { transport, bodies } = await answering([429], '3600');
    await expect(transport(change)).resolves.toMatchObject({ status: 429 });
    expect(bodies).toHaveLength(1);
  });

  it('sends a request again when the connection broke', async () => {
    const { transport, bodies } = await answering([0, 200]);
    await expect(transport(change)).resolves.toMatchObject({ status: 200 });
    expect(bodies).toHaveLength(2);
  });

  it('sends a stream once', async () => {
    const { transport, bodies } = await answering([503, 200]);
    const stream = (async function* () {
      yield Buffer.from('Handle,');
      yield Buffer.from('Title');
    })();
    const { body: _, ...upload } = change;
    await expect(transport({ ...upload, stream })).resolves.toMatchObject({ status: 503 });
    expect(bodies).toEqual(['Handle,Title']);
  });

  it('says how to start a marketplace where nothing answers', async () => {
    // The port of a server that is gone: nobody else has it for now.
    const { transport } = await answering([]);
    for (const close of closing.splice(0)) await close();
    await expect(transport(change)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      exit: 7,
      next: expect.stringContaining('./mkt dev'),
    });
  });
});
