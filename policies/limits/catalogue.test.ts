import { describe, expect, it } from 'vitest';
import {
  allowanceOf,
  catalogue,
  costUsd,
  historyOf,
  limitAt,
  limitsAt,
  limitsChanged,
  NoSuchLimit,
  providers,
  shelfLifeDays,
  staleLimits,
  terms,
} from './index.ts';

const today = '2026-11-27';

describe('the catalogue', () => {
  it('has every provider, and a page and a day for every entry', () => {
    expect(new Set(catalogue.map(({ provider }) => provider))).toEqual(new Set(providers));
    for (const { id, source, verifiedAt, effectiveFrom } of catalogue) {
      expect(source.url, id).toMatch(/^https:\/\//);
      expect(verifiedAt <= today, id).toBe(true);
      expect(effectiveFrom <= today, id).toBe(true);
    }
  });

  it.each([
    ['oracle.a1.ocpu-hours', 1_500, 'month', 'tenancy'],
    ['oracle.a1.memory-gb-hours', 9_000, 'month', 'tenancy'],
    ['oracle.block-volume.gb', 200, 'standing', 'tenancy'],
    ['oracle.load-balancer.mbps', 10, 'instant', 'tenancy'],
    ['oracle.idle.cpu-p95', 20, 'p95-7-days', 'vm'],
    ['neon.compute.cu-hours', 100, 'month', 'project'],
    ['neon.storage.gb', 1, 'standing', 'project'],
    ['neon.autosuspend.seconds', 300, 'instant', 'project'],
    ['neon.connections.direct', 104, 'instant', 'project'],
    ['atlas.operations.per-second', 100, 'second', 'cluster'],
    ['atlas.transfer-out.gb', 10, 'rolling-7-days', 'cluster'],
    ['upstash.commands.count', 500_000, 'month', 'database'],
    ['cloudflare.workers.requests', 100_000, 'day-utc', 'account'],
    ['cloudflare.r2.class-b', 10_000_000, 'month', 'account'],
    ['github.actions.minutes', 2_000, 'month', 'account'],
    ['grafana-cloud.series.count', 10_000, 'instant', 'account'],
  ])('says of %s that it is %d', (id, value, period, scope) => {
    expect(limitAt(id, today)).toMatchObject({ value, period, scope });
  });

  it('keeps what held before', () => {
    expect(historyOf('oracle.a1.ocpu-hours').map(({ value }) => value)).toEqual([3_000, 1_500]);
    expect(limitAt('oracle.a1.ocpu-hours', '2026-06-14').value).toBe(3_000);
    expect(limitAt('oracle.a1.ocpu-hours', '2026-06-15').value).toBe(1_500);
    expect(limitAt('neon.storage.gb', '2026-09-30').value).toBe(0.5);
    expect(limitAt('neon.storage.gb', '2026-10-01').value).toBe(1);
  });

  it('bars commerce, second accounts and load without use', () => {
    const barred = terms.map(({ id, bars }) => `${id} ${bars}`);
    expect(barred).toEqual(
      expect.arrayContaining([
        'vercel.hobby.commerce commerce',
        'github.pages.commerce commerce',
        'oracle.terms.second-account second-account',
        'oracle.terms.synthetic-load synthetic-load',
      ]),
    );
  });
});

describe('a limit that is asked for', () => {
  it('by a wrong name is answered with the names near it', () => {
    const ask = () => limitAt('neon.compute.cu-hour', today);
    expect(ask).toThrow(NoSuchLimit);
    expect(ask).toThrow(/has no neon\.compute\.cu-hour\. Near it: neon\.compute\.cu-hours/);
    expect(() => limitAt('volume', today)).toThrow('oracle.block-volume.gb');
    expect(() => limitAt('zzzzzzzzzzzzz', today)).toThrow(/has no zzzzzzzzzzzzz\.$/);
  });

  it('for a day before its history says when that begins', () => {
    expect(() => limitAt('neon.storage.gb', '2025-01-01')).toThrow('begins on 2026-01-01');
  });

  it('is never free because nobody knows it', () => {
    expect(allowanceOf(limitAt('oracle.nat-gateway.count', today))).toBe(0);
    expect(allowanceOf(limitAt('cloudflare.pages.static-requests', today))).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(allowanceOf(limitAt('neon.compute.cu-hours', today))).toBe(100);
  });

  it('has a price beyond its allowance, where it can be bought', () => {
    expect(costUsd(limitAt('upstash.commands.count', today), 250_000)).toBeCloseTo(0.5);
    expect(costUsd(limitAt('oracle.a1.ocpu-hours', today), -3)).toBe(0);
    expect(costUsd(limitAt('atlas.storage.gb', today), 1)).toBeUndefined();
  });
});

describe('two days', () => {
  it('differ by the cut of Ampere A1 in June 2026, and by nothing else', () => {
    const changes = limitsChanged('2026-06-01', '2026-07-01');
    expect(changes.map(({ id, kind, since }) => [id, kind, since])).toEqual([
      ['oracle.a1.ocpu-hours', 'cut', '2026-06-15'],
      ['oracle.a1.memory-gb-hours', 'cut', '2026-06-15'],
      ['oracle.a1.instances', 'cut', '2026-06-15'],
    ]);
    expect(limitsChanged('2026-07-01', '2026-07-02')).toEqual([]);
  });

  it('may bring more, less and what nobody can compare', () => {
    const kinds = new Map(
      limitsChanged('2026-08-01', today).map(({ id, kind }) => [id, kind] as const),
    );
    expect(kinds.get('neon.storage.gb')).toBe('raised');
    expect(kinds.get('cloudflare.workers.size-mib')).toBe('raised');
    expect(kinds.get('atlas.pause.days')).toBe('cut');
    expect(kinds.get('neon.storage.account-gb')).toBe('changed');
  });

  it('may be on both sides of a beginning and an end', () => {
    const [some] = limitsAt(today);
    const brief = [{ ...some!, effectiveFrom: '2026-03-01', effectiveTo: '2026-04-01' }];
    expect(limitsChanged('2026-02-01', '2026-03-01', brief)).toMatchObject([
      { kind: 'added', since: '2026-03-01', before: null },
    ]);
    expect(limitsChanged('2026-03-31', '2026-05-01', brief)).toMatchObject([
      { kind: 'ended', since: '2026-04-01', after: null },
    ]);
  });
});

describe('a reading', () => {
  const [some] = catalogue;
  const read = (confidence: keyof typeof shelfLifeDays, verifiedAt: string) => [
    { ...some!, effectiveTo: undefined, confidence, verifiedAt },
  ];

  it.each(['A', 'B', 'C', 'measured', 'unknown'] as const)(
    'of confidence %s is believed to the last day of its shelf life',
    (confidence) => {
      const dayMs = 86_400_000;
      const last = new Date(Date.parse(today) - shelfLifeDays[confidence] * dayMs);
      const before = new Date(last.getTime() - dayMs);
      const day = (at: Date) => at.toISOString().slice(0, 10);
      expect(staleLimits(today, read(confidence, day(last)))).toEqual([]);
      expect(staleLimits(today, read(confidence, day(before)))).toMatchObject([
        { ageDays: shelfLifeDays[confidence] + 1, shelfLifeDays: shelfLifeDays[confidence] },
      ]);
    },
  );

  it('of an allowance that no longer holds is never stale', () => {
    expect(staleLimits('2030-01-01').every(({ limit }) => limit.effectiveTo === undefined)).toBe(
      true,
    );
  });
});
