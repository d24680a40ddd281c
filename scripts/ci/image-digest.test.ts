import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentNames, imageDigests } from '../../packages/topology/src/index.ts';
import { fromRoot } from '../bootstrap/root.mjs';
import { withDigest } from './image-digest.ts';

const source = readFileSync(fromRoot('packages/topology/src/images.ts'), 'utf8');
const digest = `sha256:${'ab'.repeat(32)}`;

describe('the digest of an image', () => {
  it.each(environmentNames)('is written for %s, and nothing else is touched', (environment) => {
    const written = withDigest(source, environment, digest);
    expect(written).toContain(`  ${environment}: '${digest}',\n`);
    expect(withDigest(written, environment, imageDigests[environment])).toBe(source);
    expect(written.split('\n')).toHaveLength(source.split('\n').length);
  });

  it.each([
    ['moon', digest, '"moon"'],
    ['.*', digest, '".*"'],
    ['staging', 'latest', '"latest" is not a digest'],
    ['staging', `${digest}0`, 'is not a digest'],
    ['staging', `${digest}\n`, 'is not a digest'],
  ])('is refused for %j as %j', (environment, given, reason) => {
    expect(() => withDigest(source, environment, given)).toThrow(reason);
  });
});
