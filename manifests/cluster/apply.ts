import { setTimeout as pause } from 'node:timers/promises';
import { idOf, type KubeObject } from '../objects.ts';
import type { Group } from './groups.ts';

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl with these arguments and this standard input. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<Run>;

export interface Refusal {
  readonly object: string;
  readonly part: string;
  /** What the API server said. */
  readonly why: string;
}

export interface Applied {
  readonly objects: number;
  readonly refused: readonly Refusal[];
  /** What the API server took and warns of: a level of security, a field that will go. */
  readonly warnings: readonly string[];
}

/** Whose fields they are, in the words of server-side apply. */
export const fieldManager = 'mkt-test-cluster';

const definitionsTimeoutSeconds = 60;
const mostEarlyAttempts = 40;
const earlyPauseMs = 250;
// Unknown fields are refused and not dropped, and nobody else's claim on a field holds it up.
const applyArgs = [
  'apply',
  '--server-side',
  '--force-conflicts',
  `--field-manager=${fieldManager}`,
  '--validate=strict',
  '-f',
  '-',
];

/**
 * Applies groups in order. A group with a refused object is applied again one by one, since kubectl
 * does not say reliably which of many it was.
 */
export async function applyGroups(
  groups: readonly Group[],
  kubectl: Kubectl,
  tell: (line: string) => void,
): Promise<Applied> {
  const refused: Refusal[] = [];
  const warnings = new Set<string>();
  let objects = 0;
  for (const { part, wave, objects: own } of groups) {
    const { refused: wrong, warned } = await appliedOnce(own, part, kubectl);
    for (const warning of warned) warnings.add(`${part}: ${warning}`);
    refused.push(...wrong, ...(await definitionsNotReady(own, part, kubectl)));
    objects += own.length;
    tell(`${part} wave ${wave}: ${own.length - wrong.length} of ${own.length} applied`);
  }
  return { objects, refused, warnings: [...warnings] };
}

async function appliedOnce(
  objects: readonly KubeObject[],
  part: string,
  kubectl: Kubectl,
): Promise<{ readonly refused: readonly Refusal[]; readonly warned: readonly string[] }> {
  const all = await kubectl(applyArgs, JSON.stringify(listOf(objects)));
  const warned = all.stderr.split('\n').filter(isWarning);
  if (all.exitCode === 0) return { refused: [], warned };
  const refused: Refusal[] = [];
  for (const object of objects) {
    const one = await kubectl(applyArgs, JSON.stringify(object));
    if (one.exitCode !== 0) refused.push({ object: idOf(object), part, why: one.stderr.trim() });
  }
  return { refused, warned };
}

/** The API server fills that field in by itself, and then warns of it. */
const saidOfEveryHeadlessService = 'spec.SessionAffinity is ignored for headless services';

const isWarning = (line: string): boolean =>
  line.startsWith('Warning: ') && !line.includes(saidOfEveryHeadlessService);

const listOf = (items: readonly KubeObject[]): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items,
});

/** Objects of a kind can be made when its definition says that it is established. */
async function definitionsNotReady(
  objects: readonly KubeObject[],
  part: string,
  kubectl: Kubectl,
): Promise<readonly Refusal[]> {
  const names = objects
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  if (names.length === 0) return [];
  const wait = ['wait', '--for=condition=Established', `--timeout=${definitionsTimeoutSeconds}s`];
  for (let attempts = 0; ; attempts += 1) {
    const { exitCode, stderr } = await kubectl([...wait, ...names]);
    if (exitCode === 0) return [];
    // Right after it is made a definition has no conditions yet, which kubectl takes for an error.
    const isTooEarly = stderr.includes('.status.conditions accessor error');
    if (!isTooEarly || attempts === mostEarlyAttempts) {
      return [{ object: names.join(', '), part, why: stderr.trim() }];
    }
    await pause(earlyPauseMs);
  }
}
