import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { testServerClassPath } from './build.ts';

/** A MongoDB server for one test file, and a database on it that nobody else uses. */
export interface TestMongo {
  readonly url: string;
  readonly database: string;
  stop(): Promise<void>;
}

/** The server that `MONGODB_URL` names, or one of our own that ends with this process. */
export async function startTestMongo(): Promise<TestMongo> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const given = process.env['MONGODB_URL'];
  if (given) return { url: given, database, stop: () => drop(given, database) };
  return { ...(await startJavaServer()), database };
}

/** Our own server, on a port that was free. */
async function startJavaServer(): Promise<Pick<TestMongo, 'url' | 'stop'>> {
  const classPath = await testServerClassPath();
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];
  const child = spawn('java', [...flags, '-cp', classPath, 'Main', '0'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const port = await readyPort(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    url: `mongodb://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await ended;
    },
  };
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The test server of the document store ended at its start (${code})`)),
    );
    const { stdout } = child;
    if (!stdout) return;
    createInterface({ input: stdout }).on('line', (line) => {
      const ready = /^ready (\d+)$/.exec(line);
      if (ready) resolve(Number(ready[1]));
    });
  });
}

async function drop(url: string, database: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}
