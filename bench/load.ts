import { Agent, get } from 'node:http';

export interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Every answer must have as many: a fast refusal is no answer. */
  readonly sizeBytes: number;
}

export interface LoadLimits {
  readonly connections: number;
  readonly durationMs: number;
  readonly maxRequests: number;
}

export interface Load {
  readonly requests: number;
  readonly durationMs: number;
}

/** Asks over so many kept connections, each the next question after its answer, until a limit. */
export async function load(target: Target, limits: LoadLimits): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: limits.connections });
  const startedAt = performance.now();
  const endsAt = startedAt + limits.durationMs;
  let asked = 0;
  async function askUntilEnd(): Promise<void> {
    while (asked < limits.maxRequests && performance.now() < endsAt) {
      asked += 1;
      await ask(target, agent);
    }
  }
  try {
    await Promise.all(Array.from({ length: limits.connections }, askUntilEnd));
    return { requests: asked, durationMs: performance.now() - startedAt };
  } finally {
    agent.destroy();
  }
}

function ask({ url, headers = {}, sizeBytes }: Target, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers, timeout: 10_000 }, (response) => {
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.byteLength;
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200 && received === sizeBytes) return resolve();
        reject(new Error(`${url} answered ${response.statusCode} with ${received} bytes`));
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.once('error', reject);
  });
}
