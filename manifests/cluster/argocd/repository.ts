import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClusterError } from '../local/cluster-error.ts';

export const branch = 'main';

/** Whoever it is that runs this, and whatever their git is set to. */
const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost'];

/** A plain folder under git, as Argo CD would find it on a server. */
export class Repository {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true });
    this.#git(['init', '--quiet', `--initial-branch=${branch}`]);
  }

  get url(): string {
    return `file://${this.#dir}`;
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.#dir, path)), { recursive: true });
    writeFileSync(join(this.#dir, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.#dir, path), 'utf8');
  }

  /** Everything as it is now; answers with the commit. */
  commit(message: string): string {
    this.#git(['add', '--all']);
    this.#git([...identity, 'commit', '--quiet', '--no-gpg-sign', '-m', message]);
    return this.#git(['rev-parse', 'HEAD']);
  }

  #git(args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync('git', [...args], {
      cwd: this.#dir,
      encoding: 'utf8',
    });
    if (error)
      throw new ClusterError(`git does not start: ${error.message}`, { next: 'Install git.' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
    return stdout.trim();
  }
}
