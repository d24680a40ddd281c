import { labelKeys, type NamespacePart, platformParts } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';

/** Who an object belongs to. */
export interface Owned {
  /** A service, or a program of the platform. */
  readonly name: string;
  readonly part: NamespacePart | 'cluster';
}

/** Labels of an object; a pod's are never fewer, so that policies and panels can select by them. */
export function labelsOf({ name, part }: Owned): Record<string, string> {
  return {
    [labelKeys.name]: name,
    [labelKeys.partOf]: 'mkt',
    [labelKeys.context]: part,
    [labelKeys.owner]: isPlatform(part) ? 'platform' : part,
  };
}

/** The one label that pods are selected by: it never changes, as selectors may not. */
export function selectorOf(name: string): Record<string, string> {
  return { [labelKeys.name]: name };
}

/** Metadata of an object in a part's namespace, applied at its wave. */
export function metadataIn(plan: Plan, owned: Owned & { readonly part: NamespacePart }, wave = 0) {
  return {
    name: owned.name,
    namespace: plan.namespaceOf(owned.part),
    labels: labelsOf(owned),
    annotations: waveAnnotation(wave),
  };
}

export function waveAnnotation(wave: number): Record<string, string> {
  return { 'argocd.argoproj.io/sync-wave': String(wave) };
}

function isPlatform(part: string): boolean {
  return [...platformParts, 'cluster', 'infrastructure'].some((one) => one === part);
}
