import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const compose = join(import.meta.dirname, '../src/dev.ts');

/** Loads what `mkt dev` loads, and writes the packages that took part. */
const script = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const found = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url) ?? /packages\\/(redis|mongo)\\//.exec(url);
      if (found) packages.add(found[1]);
      return next(url, context);
    },
  });
  await import(${JSON.stringify(compose)});
  const { loadAll } = await import(${JSON.stringify(join(import.meta.dirname, '../src/load-definition.ts'))});
  await loadAll({});
  process.stdout.write(JSON.stringify([...packages]));
`;

test('the one-process shape loads no adapter of a store that it does not use', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded).toContain('fastify');
  for (const heavy of ['undici', 'ioredis', 'mongodb', 'redis', 'mongo']) {
    expect(loaded).not.toContain(heavy);
  }
});
