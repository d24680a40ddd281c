import { describe, expect, it } from 'vitest';
import { callsOf, numberOf, withoutComments } from './code.ts';

describe('code that is looked at', () => {
  it('has no comments, and its lines where they were', () => {
    const code = withoutComments("a(); // b()\n/* c()\n d() */ e('// no comment', `/* none */`);");
    expect(code).toBe("a();       \n      \n        e('// no comment', `/* none */`);");
  });

  it('has calls with their arguments as written', () => {
    const code =
      'x.setInterval(() => {\n  f(1, [2, 3]);\n}, 5_000);\nreset(\')\', "a,b", { c: 1 },);';
    expect(callsOf(code, 'setInterval')).toEqual([
      { name: 'setInterval', line: 1, args: ['() => {\n  f(1, [2, 3]);\n}', '5_000'] },
    ]);
    expect(callsOf(code, 'reset')[0]).toMatchObject({
      line: 4,
      args: ["')'", '"a,b"', '{ c: 1 }'],
    });
    expect(callsOf('unset(1)', 'set')).toEqual([]);
    expect(callsOf('set<Map<string, 1>>()', 'set')[0]?.args ?? []).toEqual([]);
  });

  it.each([
    ['5_000', 5_000],
    ['30 * 60_000', 1_800_000],
    ['pauseMs', 1_500],
    ['options.pauseMs', undefined],
    ['elsewhereMs', undefined],
  ])('knows that %s is %s', (expression, value) => {
    expect(numberOf(expression, 'const pauseMs = 1.5 * 1_000;')).toBe(value);
  });
});
