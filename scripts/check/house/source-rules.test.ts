import { describe, expect, it } from 'vitest';
import type { HouseRule } from './rule.ts';
import {
  decisionsAreRepeatable,
  filesStayReadable,
  namesSaySomething,
  nothingIsUnfinished,
  suppressionsGiveReasons,
  testsWaitForConditions,
} from './source-rules.ts';

/** What the rule finds wrong with a line of the file, or nothing. */
function said(rule: HouseRule, text: string, path = 'packages/kernel/src/money.ts'): string[] {
  return rule.appliesTo(path) ? rule.find(text, path).map(({ what }) => what) : [];
}

describe('suppressions give a reason', () => {
  it.each([
    '// @ts-expect-error',
    '// @ts-ignore the types are wrong here',
    '// biome-ignore lint/style/noEnum: x',
    '// eslint-disable-next-line no-console',
    '/* eslint-disable */',
  ])('refuses %s', (line) => {
    expect(said(suppressionsGiveReasons, line)).toHaveLength(1);
  });

  it.each([
    '// @ts-expect-error the callback is typed for browsers alone',
    '// biome-ignore lint/style/noEnum: the wire format is an enumeration',
    '// eslint-disable-next-line no-console -- the terminal is the output here',
    "const text = '@ts-expect-error';",
  ])('accepts %s', (line) => {
    expect(said(suppressionsGiveReasons, line)).toEqual([]);
  });
});

describe('tests wait for conditions', () => {
  const path = 'services/order/test/checkout.test.ts';

  it.each([
    'await setTimeout(100);',
    'await sleep(2_000);',
    'await new Promise((resolve) => setTimeout(resolve, 500));',
  ])('refuses %s', (line) => {
    expect(said(testsWaitForConditions, line, path)).toHaveLength(1);
  });

  it.each([
    'await setTimeout(20);',
    'const limit = setTimeout(() => reject(new Error("no answer")), 5_000);',
    'await vi.waitFor(isReady, { timeout: 5_000 });',
  ])('accepts %s', (line) => {
    expect(said(testsWaitForConditions, line, path)).toEqual([]);
  });

  it('leaves programs alone', () => {
    expect(said(testsWaitForConditions, 'await sleep(2_000);')).toEqual([]);
  });
});

describe('files stay readable', () => {
  const long = 'const a = 1;\n'.repeat(401);

  it('refuses more than 400 lines without a reason', () => {
    expect(said(filesStayReadable, long)).toEqual(['402 lines']);
  });

  it('accepts them with a reason, and 400 without', () => {
    expect(said(filesStayReadable, `// size: one table, a line per currency\n${long}`)).toEqual([]);
    expect(said(filesStayReadable, 'const a = 1;\n'.repeat(399))).toEqual([]);
  });
});

describe('names say something', () => {
  it.each(['src/utils.ts', 'src/helpers/x.ts', 'src/order-manager.ts', 'src/common.ts'])(
    'refuses %s',
    (path) => {
      expect(said(namesSaySomething, '', path)).toHaveLength(1);
    },
  );

  it.each(['src/base64.ts', 'src/database.ts', 'src/money.ts'])('accepts %s', (path) => {
    expect(said(namesSaySomething, '', path)).toEqual([]);
  });
});

describe('nothing is unfinished', () => {
  it('refuses a note to do it later', () => {
    expect(said(nothingIsUnfinished, '// TODO: handle refunds')).toEqual(['TODO']);
  });

  it('accepts the word elsewhere', () => {
    expect(said(nothingIsUnfinished, "const column = 'TODO';")).toEqual([]);
  });
});

describe('decisions are repeatable', () => {
  const path = 'services/order/src/domain/cancel.ts';

  it.each(['const now = Date.now();', 'const at = new Date();', 'const id = randomUUID();'])(
    'refuses %s',
    (line) => {
      expect(said(decisionsAreRepeatable, line, path)).toHaveLength(1);
    },
  );

  it('accepts a date made of what came in, and clocks outside the domain', () => {
    expect(said(decisionsAreRepeatable, 'new Date(command.at)', path)).toEqual([]);
    expect(said(decisionsAreRepeatable, 'Date.now()', 'services/order/src/app.ts')).toEqual([]);
  });
});
