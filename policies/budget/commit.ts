import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BudgetInputError } from './input-error.ts';

/** Of a commit, what facts are made of. */
const paths = ['packages/topology', 'packages/kernel', 'argocd/rendered', '.github/workflows'];

export interface CheckedOut {
  /** A folder with the files of the commit, to be removed afterwards. */
  readonly dir: string;
  readonly commit: string;
  remove(): void;
}

/** The files of a commit in a folder of their own; the work in progress is left alone. */
export function checkOut(root: string, ref: string): CheckedOut {
  const commit = resolved(root, ref);
  const dir = mkdtempSync(join(tmpdir(), 'mkt-budget-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  try {
    unpack(root, commit, dir);
  } catch (error) {
    remove();
    throw error;
  }
  return { dir, commit, remove };
}

function resolved(root: string, ref: string): string {
  const { status, stdout } = git(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (status === 0) return stdout.trim();
  throw new BudgetInputError(`There is no commit ${ref} to compare with.`, {
    code: 'BUDGET_BASE',
    next: 'Name a branch, a tag or a commit of this clone: git log --oneline',
  });
}

function unpack(root: string, commit: string, dir: string): void {
  const there = git(root, ['ls-tree', '-d', '--name-only', commit, ...paths])
    .stdout.split('\n')
    .filter((path) => path !== '');
  const archive = join(dir, 'commit.tar');
  const packed = git(root, ['archive', '--format=tar', `--output=${archive}`, commit, ...there]);
  const unpacked = spawnSync('tar', ['-xf', archive, '-C', dir], { encoding: 'utf8' });
  const reason = [packed.stderr, unpacked.stderr, unpacked.error?.message].find(Boolean);
  if (packed.status !== 0 || unpacked.status !== 0) {
    throw new BudgetInputError(`The files of ${commit} cannot be taken out: ${reason}`, {
      code: 'BUDGET_BASE',
      next: 'See that git and tar are there: git archive --format=tar HEAD | tar -t',
    });
  }
  // The topology of that commit finds the kernel of that commit.
  if (existsSync(join(dir, 'packages/kernel'))) {
    mkdirSync(join(dir, 'node_modules/@mkt'), { recursive: true });
    symlinkSync(join(dir, 'packages/kernel'), join(dir, 'node_modules/@mkt/kernel'));
  }
}

const git = (root: string, args: readonly string[]) =>
  spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
