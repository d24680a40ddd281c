import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { onTestFinished } from 'vitest';

export const isRoot = process.getuid?.() === 0;

/** A folder that every user can reach, deleted when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mkt-embedded-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export type Owner = {
  process: ChildProcess;
  pid: number;
  /** The next line that the owner prints. */
  nextLine(): Promise<string>;
  /** All lines that it has printed and nobody has read yet; call it after `kill`. */
  restOfLines(): Promise<string[]>;
  kill(): Promise<void>;
};

/** A process of its own that runs `fixtures/owner.ts`, leader of its own process group. */
export function startOwner(dataDir: string, mode: 'hold' | 'write' | 'as-nobody'): Owner {
  const script = join(import.meta.dirname, 'fixtures/owner.ts');
  const child = spawn(process.execPath, [script, dataDir, mode], {
    detached: true,
    // A killed owner leaves its socket's folder, which is then deleted with the data.
    env: { ...process.env, TMPDIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  return {
    ...{ process: child, pid: child.pid ?? 0, kill },
    nextLine: async () => String((await lines.next()).value),
    restOfLines: async () => {
      const rest: string[] = [];
      for await (const line of { [Symbol.asyncIterator]: () => lines }) rest.push(line);
      return rest;
    },
  };
}

/** The direct children of a process; Linux without the `ps` package will do. */
export function childrenOf(parent: number): number[] {
  return processTable().flatMap(([pid, ppid]) => (ppid === parent && pid ? [pid] : []));
}

function processTable(): number[][] {
  if (!existsSync('/proc/self/stat')) {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return table.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])];
      } catch {
        return []; // it ended while we looked
      }
    });
}

export async function query<Row extends pg.QueryResultRow>(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when the condition holds; the test's own timeout is the bound. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
