/** Fixed ids and times for samples, so that they read alike everywhere. */
export const sampleId = (n: number): string =>
  `01980000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
export const sampleTime = '2026-11-01T10:00:00.000Z';
