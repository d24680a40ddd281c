import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';

const repositoryDir = join(import.meta.dirname, '..', '..');
let cli: InstalledCli;
const simulate = (...args: readonly string[]) => cli.run(['budget', 'simulate', ...args]);

beforeAll(async () => {
  cli = await installCli();
  await cp(join(repositoryDir, 'policies'), join(cli.root, 'policies'), { recursive: true });
  await symlink(join(repositoryDir, 'node_modules'), join(cli.root, 'node_modules'));
});
afterAll(() => cli.remove());

describe('mkt budget simulate', () => {
  it('says that a small month fits, with the arithmetic of every quota', async () => {
    const { code, stdout } = await simulate('--traffic', '0.01x');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^neon\.compute\.cu-hours +infrastructure .* 124 of 744 h awake x 0\.25 CU \(.*\)$/m,
    );
    expect(stdout).toContain('It fits: every quota lasts the month.');
  });

  it('names what runs out first, and its day', async () => {
    const { code, stdout } = await simulate(
      ...['--traffic', '0.02x', '--databases', 'neon', '--usage-seconds', '60', '--seeds', '2'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /neon\.compute\.cu-hours of \w+ runs out first, on day 17 \(2 of 2 seeds\)/,
    );
  });

  it('gives the same bytes for the same seed, and draws a picture', async () => {
    const file = join(cli.root, 'month.svg');
    const asked = ['--traffic', '0.01x', '--seed', '7', '--json'];
    const [once, again] = [await simulate(...asked), await simulate(...asked, '--svg', file)];
    expect(again.stdout).toBe(once.stdout);
    const { version, data } = JSON.parse(once.stdout) as { version: number; data: never };
    expect(version).toBe(1);
    expect(data).toMatchObject({ fits: true, month: '2026-12', seeds: [7], firstExhausted: null });
    const svg = await readFile(file, 'utf8');
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg).toContain('neon.compute.cu-hours (infrastructure)');
  });

  it('takes a traffic file, and refuses one with a typo by its line, as the check does', async () => {
    const [good, bad] = [join(cli.root, 'sale.yaml'), join(cli.root, 'typo.yaml')];
    await writeFile(good, 'perMonth:\n  pageView: 1000\n  checkout: 62\n');
    await writeFile(bad, 'perMonth:\n  pageView: 1000\n  chekout: 62\n');
    const { code, stdout } = await simulate('--traffic-file', good, '--json');
    expect(code).toBe(0);
    const { data } = JSON.parse(stdout) as { data: { visits: { checkout: { done: number } } } };
    expect(data.visits.checkout.done).toBeGreaterThan(20);
    expect(data.visits.checkout.done).toBeLessThan(130);
    const asked = ['--traffic-file', bad];
    for (const refused of [
      await simulate(...asked),
      await cli.run(['budget', 'check', ...asked]),
    ]) {
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(
        /typo\.yaml:3: perMonth has no chekout\. Did you mean checkout/,
      );
    }
    const missing = await simulate('--traffic-file', join(cli.root, 'none.yaml'));
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') });
  });

  it.each([
    [['--traffic', 'lots'], '--traffic 3x'],
    [['--services', '-1'], '--services +2'],
    [['--profile', 'free-1x3'], 'Did you mean free-1x2?'],
    [['--env', 'moon'], 'production'],
    [['--month', '2026-13'], '2026-12'],
    [['--month', '2020-01'], 'its history begins on 2026-01-01'],
  ])('refuses %j and says how to write it', async (args, hint) => {
    const { code, stderr } = await simulate(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });
});
