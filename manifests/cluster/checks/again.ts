import type { Kubectl } from '../apply.ts';
import { fieldManager } from '../apply.ts';
import type { Group } from '../groups.ts';
import type { Finding } from './read.ts';

const diffArgs = [
  'diff',
  '--server-side',
  '--force-conflicts',
  `--field-manager=${fieldManager}`,
  '-f',
  '-',
];

/** What would change if the same were applied again: fields that the API server writes otherwise. */
export async function changesIfAppliedAgain(
  groups: readonly Group[],
  kubectl: Kubectl,
): Promise<readonly Finding[]> {
  const items = groups.flatMap(({ objects }) => objects);
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { exitCode, stdout, stderr } = await kubectl(diffArgs, list);
  if (exitCode === 0) return [];
  // With 1 it tells differences, with more that it could not look.
  if (exitCode > 1) throw new Error(`kubectl diff: ${stderr.trim()}`);
  return changedIn(stdout);
}

/** One finding for each object of a `diff -u -N` of two folders. */
export function changedIn(diff: string): readonly Finding[] {
  return diff
    .split(/^diff .*$/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const lines = part.split('\n');
      const name = /^\+\+\+ \S*\/(\S+)/m.exec(part)?.[1] ?? 'an object';
      const changed = lines.filter((line) => /^[+-](?![+-]{2} )/.test(line));
      return { object: name, why: changed.slice(0, 8).join('\n  ') };
    });
}
