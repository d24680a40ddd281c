import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';

const repositoryDir = join(import.meta.dirname, '..', '..');
let cli: InstalledCli;
const run = (...args: readonly string[]) => cli.run(args);
const dataOf = async (...args: readonly string[]) => {
  const { code, stdout } = await run(...args, '--json');
  const { version, data } = JSON.parse(stdout) as { version: number; data: never };
  expect(version).toBe(1);
  return { code, data: data as Record<string, readonly Record<string, unknown>[]> };
};

beforeAll(async () => {
  cli = await installCli();
  await cp(join(repositoryDir, 'policies'), join(cli.root, 'policies'), { recursive: true });
  await cp(join(repositoryDir, 'argocd'), join(cli.root, 'argocd'), { recursive: true });
  await symlink(join(repositoryDir, 'node_modules'), join(cli.root, 'node_modules'));
});
afterAll(() => cli.remove());

describe('mkt limits', () => {
  it('lists what holds on a day', async () => {
    const { code, stdout } = await run('limits', 'list', '--at', '2026-11-27');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^oracle\.a1\.ocpu-hours +1,500 ocpu-hour a month +tenancy +stop/m);
    expect(stdout).toMatch(/^vercel\.hobby\.commerce +commerce/m);
    const june = await dataOf('limits', 'list', '--provider', 'oracle', '--at', '2026-06-01');
    expect(june.data['limits']).toContainEqual(
      expect.objectContaining({ id: 'oracle.a1.ocpu-hours', value: 3_000 }),
    );
    expect(june.data['limits']?.every(({ provider }) => provider === 'oracle')).toBe(true);
  });

  it('shows an allowance with its history and its clauses, and a clause', async () => {
    const { stdout } = await run('limits', 'show', 'oracle.idle.cpu-p95');
    expect(stdout).toContain('at least 20 percent (p95 of 7 days)');
    expect(stdout).toContain('oracle.terms.synthetic-load');
    expect(stdout).toMatch(/^Declared +policies\/limits\/oracle\.yaml:\d+$/m);
    const { data } = await dataOf('limits', 'show', 'oracle.a1.ocpu-hours');
    expect(data['history']?.map(({ value }) => value)).toEqual([3_000, 1_500]);
    const clause = await run('limits', 'show', 'github.pages.commerce');
    expect(clause.stdout).toMatch(/^Bars +commerce, on github\.pages$/m);
  });

  it('shows the cut of June 2026', async () => {
    const { code, stdout } = await run('limits', 'diff', '2026-06-01', '2026-07-01');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2026-06-15 +oracle\.a1\.ocpu-hours +cut +3,000 ocpu-hour a month +1,500 ocpu-hour a month/m,
    );
    expect(stdout.trim().split('\n')).toHaveLength(4);
    const none = await run('limits', 'diff', '2026-07-01', '2026-07-02');
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^No allow/) });
  });

  it('lists what is to be read again, and with --strict ends with 1', async () => {
    await expect(run('limits', 'stale', '--at', '2026-11-27')).resolves.toMatchObject({ code: 0 });
    const strict = await dataOf('limits', 'stale', '--at', '2026-11-27', '--strict');
    expect(strict.code).toBe(1);
    expect(strict.data['stale']).toContainEqual(
      expect.objectContaining({ ageDays: 252, shelfLifeDays: 180 }),
    );
    const fresh = await run('limits', 'stale', '--at', '2026-01-02', '--strict');
    expect(fresh).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([
    [['show', 'neon.storage.bg'], /Near it: neon\.storage\.gb/],
    [['list', '--provider', 'oracel'], /no provider oracel\.\n {2}next: One of oracle/],
    [['list', '--at', '2026-02-30'], /"2026-02-30" is not a day/],
    [['diff', '2026-07-01', '2026-06-01'], /next: mkt limits diff 2026-06-01 2026-07-01/],
    [['diff', '2026-07-01'], /error: .+/],
  ])('answers %j with 2 and the next step', async (args, said) => {
    const { code, stdout, stderr } = await run('limits', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it('refuses a wrong catalogue with file, line, reason and remedy, and shows nothing', async () => {
    const path = join(cli.root, 'policies', 'limits', 'neon.yaml');
    const good = await readFile(path, 'utf8');
    const line = good.split('\n').findIndex((one) => one.includes('unit: cu-hour')) + 1;
    await writeFile(path, good.replace('unit: cu-hour', 'unit: furlong'));
    const { code, stdout, stderr } = await run('limits', 'list');
    const asJson = await run('limits', 'list', '--json');
    await writeFile(path, good);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`policies/limits/neon.yaml:${line}: neon.compute.cu-hours: unit`);
    expect(stderr).toMatch(/Use one of ocpu, .*\n {2}next: /);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      error: { code: 'CATALOGUE_WRONG', details: [expect.stringContaining('furlong')] },
    });
  });
});

describe('mkt policy compile', () => {
  it('with --check says what would change and ends with 3, and else writes it', async () => {
    const path = join(cli.root, 'policies', 'compiled', 'token-buckets.json');
    const good = await readFile(path, 'utf8');
    await expect(run('policy', 'compile', '--check')).resolves.toMatchObject({
      code: 0,
      stdout: '',
    });
    await writeFile(path, '{}');
    const found = await dataOf('policy', 'compile', '--check');
    expect(found.code).toBe(3);
    expect(found.data['changes']).toEqual([{ path: 'token-buckets.json', kind: 'changed' }]);
    await expect(readFile(path, 'utf8')).resolves.toBe('{}');
    const written = await run('policy', 'compile');
    expect(written).toMatchObject({ code: 0, stderr: '1 file changed.\n' });
    await expect(readFile(path, 'utf8')).resolves.toBe(good);
  });
});

describe('mkt lint', () => {
  it('ends with 0 where there is nothing, and with 1 and the cost where there is', async () => {
    const clean = await run('lint');
    expect(clean).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^0 findings/),
    });
    const folder = join(cli.root, 'services', 'order', 'src');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'poll.ts'),
      "redis.brpop('jobs', 10);\nsetInterval(sweep, 60_000);\n",
    );
    const { code, stdout } = await run('lint');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^services\/order\/src\/poll\.ts:1 .*\[timed-pop\]\n {2}costs: 267,840 of/m,
    );
    expect(stdout).toMatch(
      /poll\.ts:2 .*\[fast-timer\]\n {2}costs: 186 of 100 cu-hours a month, \$9\.12/,
    );
    const one = await dataOf('lint', '--rule', 'fast-timer', '--at', '2026-11-27');
    expect(one.code).toBe(1);
    expect(one.data['findings']).toMatchObject([
      { rule: 'fast-timer', file: 'services/order/src/poll.ts', line: 2, cost: { allowance: 100 } },
    ]);
  });

  it('answers a rule that there is not with 2 and the rules', async () => {
    await expect(run('lint', '--rule', 'timer')).resolves.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no rule timer\.\n {2}next: One of timed-pop, /),
    });
  });
});

describe('mkt budget check', () => {
  it('shows every sum with its arithmetic, and ends with 0 where it fits and else with 5', async () => {
    const { code, data } = await dataOf('budget', 'check');
    expect(code).toBe((data as { verdict?: unknown }).verdict === 'fits' ? 0 : 5);
    const { stdout, stderr } = await run('budget', 'check');
    expect(stdout).toMatch(
      /^oracle\.a1\.ocpu-hours +1,488 OCPU-hours +1,500 OCPU-hours +99% +ok +/m,
    );
    expect(stdout).toMatch(/^node main, memory, steady +[\d,]+ MiB +9,350 MiB/m);
    expect(stderr).toMatch(/^production on free-1x2 (fits|does not fit): \d+ judged/);
  });

  it('refuses the original machines with 5 and the sum, unless the cost is accepted', async () => {
    const { code, stdout, stderr } = await run('budget', 'check', '--profile', 'full-2x2');
    expect(code).toBe(5);
    expect(stdout).toContain('1,476 OCPU-hours too many');
    expect(stderr).toMatch(/It may cost US\$ 29\.73 a month/);
    const asked = ['budget', 'check', '--profile', 'full-2x2', '--acknowledge-cost'];
    const accepted = await dataOf(...asked);
    expect(accepted.data['findings']).toContainEqual(
      expect.objectContaining({ rule: 'profile/may-cost', severity: 'warning' }),
    );
    expect((accepted.data as { acknowledged?: unknown }).acknowledged).toBe(true);
  });

  it('writes SARIF, and a comment for a pull request, and nothing else to standard output', async () => {
    const sarif = await run('budget', 'check', '--profile', 'full-2x2', '--sarif');
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0' });
    const markdown = await run('budget', 'check', '--markdown');
    expect(markdown.stdout).toMatch(/^### Budget of production on free-1x2: /);
  });

  it.each([
    [['--profile', 'free-1x3'], 2, /no profile free-1x3\.\n {2}next: Did you mean free-1x2\?/],
    [['--env', 'prodution'], 2, /no environment prodution\.\n {2}next: Did you mean production\?/],
    [['--base', 'nowhere'], 1, /no commit nowhere to compare with\.\n {2}next: /],
    [['--sarif', '--markdown'], 2, /error: /],
  ])('answers %j with %i and the next step', async (args, expected, said) => {
    const { code, stdout, stderr } = await run('budget', 'check', ...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it('refuses a manifest that cannot be read, with file and line', async () => {
    const path = 'argocd/rendered/production/sales/order.yaml';
    const good = await readFile(join(cli.root, path), 'utf8');
    const line = good.split('\n').findIndex((one) => one.startsWith('  replicas:')) + 1;
    await writeFile(join(cli.root, path), good.replace(/^ {2}replicas: .*$/m, '  replicas: some'));
    const { code, stdout, stderr } = await run('budget', 'check');
    await writeFile(join(cli.root, path), good);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${path}:${line}: Deployment: spec.replicas: `);
    expect(stderr).toMatch(/\n {2}next: Correct them/);
  });
});
