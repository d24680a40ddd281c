const memoryUnits: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** Bytes of a quantity such as `160Mi`. */
export function bytesOf(quantity: string | number): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G|)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`Not a quantity of bytes: ${quantity}`);
  return Number(number) * (memoryUnits[unit ?? ''] ?? 1);
}

/** Thousandths of a processor of a quantity such as `40m` or `2`. */
export function milliOf(quantity: string | number): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(m|)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`Not a quantity of processors: ${quantity}`);
  return Math.round(Number(number) * (unit === 'm' ? 1 : 1_000));
}
