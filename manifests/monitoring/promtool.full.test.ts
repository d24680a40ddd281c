import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { find, objectsOf } from '../testing.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mkt-promtool-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Debian's package `prometheus` brings it, with a server that would be started: so not by itself. */
function promtool(args: readonly string[]): string {
  try {
    return execFileSync('promtool', args, { cwd: dir, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Record<string, string>;
    if (code !== 'ENOENT') return `${stdout}${stderr}`;
    throw new Error('promtool is not on PATH. Next: apt-get install prometheus', { cause: error });
  }
}

test('promtool takes the configuration of Prometheus and all its rules', () => {
  const files: Record<string, string> = find(objectsOf(), 'ConfigMap', 'prometheus-files')['data'];
  for (const [key, text] of Object.entries(files)) {
    const name = key.replace('etc-prometheus-', '');
    writeFileSync(join(dir, name), text.replaceAll('/etc/prometheus/', `${dir}/`));
  }
  const said = promtool(['check', 'config', join(dir, 'prometheus.yml')]);
  expect(said).toContain('prometheus.yml is valid prometheus config file syntax');
  expect(said.match(/SUCCESS: \d+ rules found/g)).toHaveLength(2);
  expect(said).not.toContain('FAILED');
});

test('and would say what is wrong', () => {
  writeFileSync(join(dir, 'bad.yml'), 'groups: [{name: a, rules: [{alert: B, expr: "up =="}]}]\n');
  expect(promtool(['check', 'rules', join(dir, 'bad.yml')])).toMatch(/FAILED|parse error/);
});
