import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const repositoryDir = join(import.meta.dirname, '..', '..');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InstalledCli {
  /** Holds `cli/dist` as a clone does, and what a test puts beside it. */
  readonly root: string;
  readonly configDir: string;
  run(args: readonly string[], options?: RunOptions): Promise<Run>;
  start(args: readonly string[], options?: RunOptions): ReturnType<typeof spawn>;
  /** Makes `mkt dev` run this instead of the marketplace. */
  pretend(marketplaceSource: string): Promise<void>;
  remove(): Promise<void>;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Builds the real bundle into a folder of its own. */
export async function installCli(): Promise<InstalledCli> {
  const root = await mkdtemp(join(tmpdir(), 'mkt-cli-'));
  const configDir = join(root, 'config');
  const bundle = join(root, 'cli', 'dist', 'mkt.cjs');
  const build = join(repositoryDir, 'cli', 'scripts', 'build.ts');
  await promisify(execFile)(process.execPath, [build, join(root, 'cli', 'dist')]);
  const start = (args: readonly string[], { env = {} }: RunOptions = {}) =>
    spawn(process.execPath, [bundle, ...args], {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: root, MKT_CONFIG_DIR: configDir, ...env },
    });
  return {
    root,
    configDir,
    start,
    run(args, options = {}) {
      const child = start(args, options);
      child.stdin.end(options.input ?? '');
      return ended(child);
    },
    async pretend(source) {
      await mkdir(join(root, 'marketplace', 'src'), { recursive: true });
      await writeFile(join(root, 'marketplace', 'src', 'dev.ts'), source);
      await cp(join(repositoryDir, 'cli', 'package.json'), join(root, 'package.json'));
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export function ended(child: ReturnType<typeof spawn>): Promise<Run> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: text(out), stderr: text(err) }));
  });
}
