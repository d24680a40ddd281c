import { k8s } from 'cdk8s-plus-33';

const MIB_PER_GIB = 1_024;

// The API server writes quantities in their shortest form. Written otherwise here, every look of
// Argo CD would find a difference that no sync removes.

export function cpu(milli: number): k8s.Quantity {
  const text = milli % 1_000 === 0 ? String(milli / 1_000) : `${milli}m`;
  return k8s.Quantity.fromString(text);
}

export function memory(mebibytes: number): k8s.Quantity {
  if (mebibytes === 0) return count(0);
  const isWhole = mebibytes % MIB_PER_GIB === 0;
  const text = isWhole ? `${mebibytes / MIB_PER_GIB}Gi` : `${mebibytes}Mi`;
  return k8s.Quantity.fromString(text);
}

export const storage = (gibibytes: number): k8s.Quantity => memory(gibibytes * MIB_PER_GIB);

export const count = (number: number): k8s.Quantity => k8s.Quantity.fromString(String(number));
