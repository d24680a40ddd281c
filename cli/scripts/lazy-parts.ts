import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * The framework loads all of itself to run one command: its help, its tables of colours, its
 * search for plugins. Here each of its parts is loaded where it is first used. That changes when a
 * part runs and nothing else, as Babel's `lazy` option does; the tests run the bundle.
 */
export const lazyParts: Plugin = {
  name: 'lazy parts',
  setup(build) {
    build.onLoad({ filter: /[\\/]@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => ({
      contents: withLazyRequires(withCheapSteps(readFileSync(path, 'utf8'))),
      loader: 'js',
    }));
  },
};

const required = String.raw`((?:__import(?:Default|Star)\()?require\(["'][^"']+["']\)\)?)`;
/** What the compiler calls a module, `errors_1`, and the two that it calls by their names. */
const localModule = new RegExp(
  String.raw`^(?:const|var) (\w+_\d+|Parser|Errors) = ${required};$`,
  'gm',
);
const exportedModule = new RegExp(String.raw`^exports\.(\w+) = ${required};$`, 'gm');

/**
 * A module that is named in a file becomes a function that loads it once. Its call is in brackets:
 * `new errors_1.CLIError()` must not become a `new` of the function.
 */
export function withLazyRequires(source: string): string {
  const names = [...source.matchAll(localModule)].map(([, name = '']) => name);
  const used = names.reduce(
    (text, name) =>
      text.replace(new RegExp(String.raw`(?<!(?:const|var) |[.\w$])${name}\b`, 'g'), `(${name}())`),
    source,
  );
  return used
    .replace(
      localModule,
      (_, name, load) => `let ${name}$; const ${name} = () => (${name}$ ??= ${load});`,
    )
    .replace(
      exportedModule,
      (_, name, load) =>
        `let ${name}$; Object.defineProperty(exports, '${name}', ` +
        `{ enumerable: true, configurable: true, get: () => (${name}$ ??= ${load}) });`,
    );
}

/**
 * Two steps of every start that take longer than they need to: ordering ids by the rules of a
 * language, which loads those of all languages, and reading small files through a pool of threads.
 */
export function withCheapSteps(source: string): string {
  return source
    .replace(/(\w+)\.id\.localeCompare\((\w+)\.id\)/g, '($1.id < $2.id ? -1 : 1)')
    .replace(
      /await \(0, promises_1\.readFile\)\(path, 'utf8'\)/,
      "(0, node_fs_1.readFileSync)(path, 'utf8')",
    );
}
