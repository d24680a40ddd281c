import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLazyRequires } from '../scripts/lazy-parts.ts';

/** Runs a module whose parts write down when they are loaded. */
function run(source: string) {
  const loaded: string[] = [];
  const exported: Record<string, unknown> = {};
  const load = (name: string) => {
    loaded.push(name);
    class Thing {
      readonly size: number;
      constructor(size: number) {
        this.size = size;
      }
    }
    return { value: `value of ${name}`, Thing };
  };
  const star = (module: object) => ({ ...module, star: true });
  new Function('exports', 'require', '__importStar', withLazyRequires(source))(
    exported,
    load,
    star,
  );
  return { loaded, exported };
}

describe('a part of the framework', () => {
  it('is loaded where it is first used, and once', () => {
    const { loaded, exported } = run(`
const one_1 = require("one");
var two_2 = require("two");
Object.defineProperty(exports, "two", { get: function () { return two_2.value; } });
exports.one = () => (0, one_1.value);
`);
    expect(loaded).toEqual([]);
    expect((exported['one'] as () => string)()).toBe('value of one');
    (exported['one'] as () => string)();
    expect(exported['two']).toBe('value of two');
    expect(loaded).toEqual(['one', 'two']);
  });

  it('can be made new of', () => {
    const { exported } = run(`
const one_1 = require("one");
exports.made = () => new one_1.Thing(7).size;
`);
    expect((exported['made'] as () => number)()).toBe(7);
  });

  it('that is passed on whole is the same each time', () => {
    const { loaded, exported } = run(`
exports.Flags = void 0;
exports.Flags = __importStar(require("flags"));
`);
    expect(loaded).toEqual([]);
    expect(exported['Flags']).toMatchObject({ value: 'value of flags', star: true });
    expect(exported['Flags']).toBe(exported['Flags']);
    expect(loaded).toEqual(['flags']);
  });

  it('keeps what only looks like its name', () => {
    const source = 'const a_1 = require("a");\nconst b = { a_1: 1 }.a_1 + x.a_1 + a_10 + $a_1;\n';
    expect(withLazyRequires(source)).toContain('.a_1 + x.a_1 + a_10 + $a_1;');
  });
});

it('none of the framework’s modules loads its neighbours at once any more', () => {
  const main = createRequire(import.meta.url).resolve('@oclif/core');
  const files = globSync('**/*.js', { cwd: dirname(main) });
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    const made = withLazyRequires(readFileSync(join(dirname(main), file), 'utf8'));
    expect(made, file).not.toMatch(/^(const|var) \w+ = (__import\w+\()?require\("\./m);
    expect(made, file).not.toMatch(/^exports\.\w+ = __import\w+\(require/m);
  }
});
