/** `1,488`, `0.24`, `12.5`: as many places as matter. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return 'unlimited';
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: places });
}

const plurals: Readonly<Record<string, string>> = {
  'ocpu-hour': 'OCPU-hours',
  'cpu-hour': 'CPU-hours',
  'gb-hour': 'GB-hours',
  'cu-hour': 'CU-hours',
  'gb-month': 'GB-months',
  gb: 'GB',
  mb: 'MB',
  mib: 'MiB',
  mbps: 'Mbps',
  ms: 'ms',
  percent: '%',
  count: '',
  series: 'series',
  milli: 'm',
};

/** `1,488 OCPU-hours`. */
export function amount(value: number | 'unlimited' | 'unknown', unit: string | undefined): string {
  const text = typeof value === 'number' ? number(value) : value;
  const name = unit === undefined ? '' : (plurals[unit] ?? `${unit}s`);
  return name === '' || typeof value !== 'number' ? text : `${text} ${name}`;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return '-';
  const places = share < 0.1 ? 1 : 0;
  return `${(share * 100).toLocaleString('en', { maximumFractionDigits: places })}%`;
}

export const usd = (value: number): string =>
  `US$ ${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
