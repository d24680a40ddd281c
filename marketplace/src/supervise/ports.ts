import { createServer } from 'node:net';

/** Below the range that outgoing connections take theirs from: a restart must get its port back. */
const range = { from: 20_000, to: 29_999 };

/** Free ports of this machine, as many as are wanted, searched from a place of chance. */
export async function findPorts(count: number, host: string): Promise<number[]> {
  const size = range.to - range.from + 1;
  const start = Math.floor(Math.random() * size);
  const found: number[] = [];
  for (let step = 0; step < size && found.length < count; step += 1) {
    const port = range.from + ((start + step) % size);
    if (await isFree(port, host)) found.push(port);
  }
  if (found.length < count) throw new Error(`No ${count} free ports from ${range.from} on`);
  return found;
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
