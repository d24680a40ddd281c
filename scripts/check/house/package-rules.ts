import { absentOptionals } from '../../bootstrap/complete-lockfile.mjs';
import type { Lockfile } from '../../bootstrap/lockfile.mjs';
import type { Manifest, Workspace } from '../../bootstrap/workspaces.mjs';

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** Dependencies by range install something else tomorrow than was tested today. */
export function rangesIn({ folder, manifest }: Workspace): readonly string[] {
  return dependenciesOf(manifest)
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${folder}: ${name} is asked for as "${version}", not exactly`);
}

/**
 * What is wrong with the lockfile: `npm ci` needs it to agree with every package.json and to hold
 * every platform's packages, and it must not depend on the registry that one person used.
 */
export function lockfileFaults(lockfile: Lockfile, all: readonly Workspace[]): readonly string[] {
  const addresses = Object.entries(lockfile.packages)
    .filter(([, { resolved }]) => /^[a-z+]+:/.test(resolved ?? ''))
    .map(([path]) => `the lockfile holds a download address for ${path}`);
  const absent = absentOptionals(lockfile).map(({ path }) => `the lockfile lacks ${path}`);
  const disagreeing = all.flatMap(({ folder, manifest }) => {
    const locked = lockfile.packages[folder === '.' ? '' : folder] ?? {};
    return KINDS.filter((kind) => !isSameRecord(manifest[kind] ?? {}, locked[kind] ?? {})).map(
      (kind) => `the lockfile does not have the ${kind} of ${folder}/package.json`,
    );
  });
  return [...addresses, ...absent, ...disagreeing];
}

const dependenciesOf = (manifest: Manifest): readonly (readonly [string, string])[] =>
  KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}));

function isSameRecord(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
