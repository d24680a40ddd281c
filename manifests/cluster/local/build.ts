import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ClusterError } from './cluster-error.ts';
import {
  buildArgs,
  cacheName,
  type ModuleName,
  type Pins,
  type ProgramName,
  programs,
} from './programs.ts';

const modulesDir = join(import.meta.dirname, '../programs');

/** Who asks: the environment of its process, and where it tells how far things are. */
export interface Caller {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (line: string) => void;
}

/** Where programs are kept between runs; outside the repository, which they are no part of. */
function cacheDir({ env }: Caller): string {
  const base = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(base, 'mkt', 'cluster');
}

/** The programs by name, built of their pinned sources where the cache has none yet. */
export function builtPrograms<Name extends ProgramName>(
  names: readonly Name[],
  caller: Caller,
): Readonly<Record<Name, string>> {
  const compiler = output('go', ['version'], 'Install Go 1.26 or newer: it builds the cluster.');
  const files = names.map((name): [Name, string] => [name, built(name, compiler, caller)]);
  return Object.fromEntries(files) as Record<Name, string>;
}

function built(name: ProgramName, compiler: string, caller: Caller): string {
  const { module } = programs[name];
  const pins = pinsOf(module);
  const folder = join(cacheDir(caller), cacheName(module, pins, compiler));
  const file = join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  caller.tell(`building ${name}: some minutes, this once`);
  const half = `${file}.${process.pid}`;
  const { status, stderr, error } = spawnSync('go', buildArgs(name, pins, half), {
    cwd: join(modulesDir, module),
    encoding: 'utf8',
    env: { ...caller.env, GOWORK: 'off' },
  });
  if (error || status !== 0) {
    const why = error?.message ?? stderr.trim().split('\n').slice(-5).join('\n');
    throw new ClusterError(`${name} cannot be built: ${why}`, {
      next: 'It needs the Go modules that manifests/cluster/programs pins; see `go env GOPROXY`.',
    });
  }
  renameSync(half, file);
  return file;
}

function pinsOf(module: ModuleName): Pins {
  const text = (name: string) => readFileSync(join(modulesDir, module, name), 'utf8');
  return { mod: text('go.mod'), sum: text('go.sum') };
}

/** What a program of the system says of itself; the reader is told what to install without it. */
export function output(program: string, args: readonly string[], next: string): string {
  const { status, stdout, error } = spawnSync(program, [...args], { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  const why = error ? `${program} does not start (${error.message})` : `${program} fails`;
  throw new ClusterError(`${why}.`, { next });
}
