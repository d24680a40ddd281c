/** How Kubernetes writes amounts: `250m`, `1.5`, `128Mi`, `2e9`, `500M`. */
const written = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2})|(n|u|m|k|[KMGTPE]i?))?$/i;

const decimalPower: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryPower: Readonly<Record<string, bigint>> = {
  Ki: 10n,
  Mi: 20n,
  Gi: 30n,
  Ti: 40n,
  Pi: 50n,
  Ei: 60n,
};

/**
 * An amount in thousandths (`scale` 3) or whole units (`scale` 0), rounded up as the API server
 * does; undefined where it is not an amount. Exact: `1.1` is 1100 thousandths, not 1101.
 */
export function parseQuantity(text: string | number, scale: 0 | 3): number | undefined {
  const match = written.exec(String(text).trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (sign === '-' || whole + fraction === '') return undefined;
  const binary = binaryPower[suffix];
  const power = exponent === undefined ? decimalPower[suffix] : Number(exponent);
  if (suffix !== '' && binary === undefined && power === undefined) return undefined;
  const tens = (power ?? 0) + scale - fraction.length;
  const digits = BigInt(whole + fraction) << (binary ?? 0n);
  const value = tens >= 0 ? digits * 10n ** BigInt(tens) : ceilDivide(digits, 10n ** BigInt(-tens));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

const ceilDivide = (dividend: bigint, divisor: bigint) => (dividend + divisor - 1n) / divisor;

/** Amounts by resource: cpu in thousandths, everything else in bytes or pieces. */
export type Amounts = Readonly<Record<string, number>>;

export function parseAmounts(written: Readonly<Record<string, string | number>> = {}): {
  readonly amounts: Amounts;
  readonly wrong: readonly string[];
} {
  const amounts: Record<string, number> = {};
  const wrong: string[] = [];
  for (const [resource, text] of Object.entries(written)) {
    const amount = parseQuantity(text, resource === 'cpu' ? 3 : 0);
    if (amount === undefined) wrong.push(resource);
    else amounts[resource] = amount;
  }
  return { amounts, wrong };
}

/** The sum, resource by resource. */
export function plus(...all: readonly Amounts[]): Amounts {
  const sum: Record<string, number> = {};
  for (const amounts of all) {
    for (const [resource, amount] of Object.entries(amounts)) {
      sum[resource] = (sum[resource] ?? 0) + amount;
    }
  }
  return sum;
}

/** The larger one, resource by resource. */
export function most(...all: readonly Amounts[]): Amounts {
  const largest: Record<string, number> = {};
  for (const amounts of all) {
    for (const [resource, amount] of Object.entries(amounts)) {
      largest[resource] = Math.max(largest[resource] ?? 0, amount);
    }
  }
  return largest;
}

export function times(amounts: Amounts, count: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, one]) => [name, one * count]));
}

export const mebibyte = 1024 * 1024;
export const gibibyte = 1024 * mebibyte;
