import { Problem } from '../bootstrap/problem.mjs';

/** The source of the topology's images, with another digest for one environment. */
export function withDigest(source: string, environment: string, digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Problem(`"${digest}" is not a digest.`, 'Write it so: sha256: and 64 digits.');
  }
  const line = new RegExp(`^( *${environment}: ')sha256:[0-9a-f]{64}(',)$`, 'gm');
  const isName = /^[a-z]+$/.test(environment);
  if (!isName || [...source.matchAll(line)].length !== 1) {
    const next = 'Name an environment of packages/topology/src/images.ts, on a line of its own.';
    throw new Problem(`No line says what "${environment}" runs.`, next);
  }
  return source.replace(line, `$1${digest}$2`);
}
