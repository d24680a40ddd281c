import type { Fields } from '../../objects.ts';
import type { Kubectl } from '../apply.ts';

/** What a check found wrong with the cluster. */
export interface Finding {
  /** `namespace/Kind/name`, or what is wrong as a whole. */
  readonly object: string;
  readonly why: string;
}

/** All objects of some kinds, of every namespace. */
export async function listed(kubectl: Kubectl, kinds: string): Promise<readonly Fields[]> {
  const { exitCode, stdout, stderr } = await kubectl(['get', kinds, '-A', '-o', 'json']);
  if (exitCode !== 0) throw new Error(`kubectl get ${kinds}: ${stderr.trim()}`);
  return (JSON.parse(stdout) as Fields).items;
}
