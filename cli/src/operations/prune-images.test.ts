import { describe, expect, it } from 'vitest';
import { type PackageVersion, type PruneRules, planPrune } from './prune-images.ts';

const hex = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, '0');
const digestOf = (name: string): string => `sha256:${hex(name)}`;
const now = new Date('2026-11-20T00:00:00Z');

/** A version by its name, as old as the list says: the last one is the youngest. */
function registry(...rows: readonly (readonly [name: string, ...tags: string[]])[]) {
  return rows.map(
    ([name, ...tags], at): PackageVersion => ({
      id: at + 1,
      digest: digestOf(name),
      tags,
      createdAt: new Date(Date.UTC(2026, 9, at + 1)).toISOString(),
    }),
  );
}

async function plan(
  versions: readonly PackageVersion[],
  rules: Partial<PruneRules> = {},
  parts: Readonly<Record<string, readonly string[]>> = {},
) {
  const partsOf = async (digest: string) =>
    Object.entries(parts)
      .find(([name]) => digestOf(name) === digest)?.[1]
      .map(digestOf) ?? [];
  const made = await planPrune(versions, { keep: 1, running: [], now, ...rules }, partsOf);
  const nameOf = ({ digest }: PackageVersion): string =>
    Buffer.from(digest.slice(7).replace(/(00)+$/, ''), 'hex').toString();
  return {
    kept: Object.fromEntries(made.kept.map(({ version, why }) => [nameOf(version), why])),
    deleted: made.deleted.map(nameOf),
    missing: made.missing,
  };
}

describe('pruning images', () => {
  it('keeps the newest tagged ones and deletes older and untagged ones', async () => {
    const versions = registry(['a', 'v1'], ['b'], ['c', 'v2'], ['d', 'v3']);
    await expect(plan(versions, { keep: 2 })).resolves.toEqual({
      kept: { c: 'newest', d: 'newest' },
      deleted: ['a', 'b'],
      missing: [],
    });
  });

  it('keeps what an environment runs, however old and without a tag', async () => {
    const versions = registry(['a'], ['b', 'v1'], ['c', 'v2']);
    const { kept, deleted } = await plan(versions, { running: [digestOf('a')] });
    expect(kept).toEqual({ a: 'runs', c: 'newest' });
    expect(deleted).toEqual(['b']);
  });

  it('keeps the images that a kept list names, and theirs', async () => {
    const versions = registry(['arm'], ['amd'], ['deep'], ['old'], ['list', 'v1']);
    const parts = { list: ['arm', 'amd'], arm: ['deep'] };
    const { kept, deleted } = await plan(versions, {}, parts);
    expect(kept).toEqual({ list: 'newest', arm: 'part', amd: 'part', deep: 'part' });
    expect(deleted).toEqual(['old']);
  });

  it('keeps signatures with what they sign, and lets them go with it', async () => {
    const versions = registry(
      ['gone', 'v1'],
      ['sigOfGone', `sha256-${hex('gone')}`],
      ['here', 'v2'],
      ['sigOfHere', `sha256-${hex('here')}`],
      ['old', `sha256-${hex('here')}.sig`],
      ['bundle'],
    );
    const { kept, deleted } = await plan(versions, {}, { sigOfHere: ['bundle'] });
    expect(kept).toEqual({
      here: 'newest',
      sigOfHere: 'signature',
      old: 'signature',
      bundle: 'signature',
    });
    expect(deleted).toEqual(['gone', 'sigOfGone']);
  });

  it('lets parts alone that were pushed a moment ago', async () => {
    const versions = registry(['a', 'v1'], ['b', 'v2'], ['young']).map((version) =>
      version.id === 3 ? { ...version, createdAt: '2026-11-19T00:00:01Z' } : version,
    );
    const { kept, deleted } = await plan(versions);
    expect(kept).toEqual({ b: 'newest', young: 'young' });
    expect(deleted).toEqual(['a']);
  });

  it('deletes a list before the images that it names', async () => {
    const versions = registry(['arm'], ['amd'], ['list', 'v1'], ['new', 'v2']);
    const { deleted } = await plan(versions, {}, { list: ['arm', 'amd'] });
    expect(deleted).toEqual(['list', 'arm', 'amd']);
  });

  it('says which image an environment names that is not there', async () => {
    const running = [digestOf('lost')];
    const { missing } = await plan(registry(['a', 'v1']), { running });
    expect(missing).toEqual(running);
  });

  it('makes no plan where a list that stays cannot be read', async () => {
    const unreadable = async (): Promise<never> => {
      throw new Error('No answer');
    };
    const made = planPrune(registry(['a', 'v1']), { keep: 1, running: [], now }, unreadable);
    await expect(made).rejects.toThrow('No answer');
  });
});
