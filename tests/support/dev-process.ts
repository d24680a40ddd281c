import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const repositoryDir = join(import.meta.dirname, '..', '..');

/** A marketplace that a person would have started, by the launcher in a folder of its own. */
export interface DevProcess {
  readonly url: string;
  readonly dataDir: string;
  /** The operating system's number of what supervises it. */
  readonly pid: number;
  /** For commands that work with it: where it is, and credentials of the suite's own. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Runs a command line that starts one, with `{data}` in place of its folder. */
export async function startDev(commandLine: string): Promise<DevProcess> {
  const root = await mkdtemp(join(tmpdir(), 'mkt-dev-process-'));
  const dataDir = join(root, 'data');
  const { MKT_URL: _, MKT_PROFILE: __, ...inherited } = process.env;
  const env = { ...inherited, MKT_CONFIG_DIR: join(root, 'config'), MKT_PORT: '0' };
  const child = spawn('sh', ['-c', `exec ${commandLine.replaceAll('{data}', dataDir)}`], {
    cwd: repositoryDir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(root, { recursive: true, force: true });
  };
  try {
    const url = await readyAt(child);
    return { url, dataDir, pid: child.pid ?? 0, env: { ...env, MKT_URL: url }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Its address, once it has said all that it says at the start. */
function readyAt(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const hear = (line: string) => {
      said.push(line);
      const isLast = /^(First operator|Demo shopper) /.test(line);
      const address = said.join('\n').match(/answers at (\S+)/)?.[1];
      if (isLast && address) resolve(address);
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', hear);
    }
    child.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${said.join('\n')}`)));
  });
}

export interface Ran {
  readonly code: number | null;
  /** Both outputs, in the order in which they were written. */
  readonly output: string;
}

/**
 * Runs a script of a shell where a person would: in the folder of the clone. `hear` is told of all
 * that has been written so far, whenever something is.
 */
export async function runScript(
  script: string,
  env: NodeJS.ProcessEnv,
  hear: (output: string) => void = () => {},
): Promise<Ran> {
  const child = spawn('bash', ['-euo', 'pipefail'], { cwd: repositoryDir, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      hear(output);
    });
  }
  child.stdin.end(`exec 2>&1\n${script}`);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
