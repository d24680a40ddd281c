import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevProcess, runScript, startDev } from '../support/dev-process.ts';

let dev: DevProcess;
beforeAll(async () => {
  dev = await startDev("./mkt dev --empty --data '{data}'");
});
afterAll(() => dev?.stop());

const run = (script: string) => runScript(script, dev.env);

test('who is no operator is told so, and nothing is made', async () => {
  await run('./mkt login --guest --as guest');
  const { code, output } = await run('./mkt seed --as guest');
  expect(code).toBe(4);
  expect(output).toContain('mkt seed --as operator');
  expect((await run('./mkt vendor list')).output).toContain('There are no vendors');
});

test('the first operator’s password is for the owner of the folder alone', async () => {
  const { mode } = await stat(`${dev.dataDir}/operator-password`);
  expect(mode & 0o777).toBe(0o600);
});

test('the demo is made over the API of a marketplace that runs, and its books are right', async () => {
  const login = `./mkt login --email operator@marketplace.example.test --as operator`;
  await run(`${login} --password-stdin < '${dev.dataDir}/operator-password'`);
  const seeded = await run('./mkt seed --as operator');
  expect(seeded).toMatchObject({ code: 0 });
  expect(seeded.output).toContain('hana@kilnandco.example.test / a-demo-password');
  const statuses = await run(
    "./mkt api GET /v1/orders --paginate --pick 'items[].status' --as operator | sort | uniq -c",
  );
  expect(statuses.output.replace(/ +/g, ' ')).toMatch(
    / \d\d? cancelled\n \d\d completed\n(?: \d+ delivered\n)? \d\d? placed\n \d\d? shipped\n/,
  );
  const verified = await run('./mkt ledger verify --as operator');
  expect(verified).toMatchObject({ code: 0, output: expect.stringContaining('3 vendors') });
  const reviews = await run('./mkt search query mug --json | grep -c \'"ratingCount": [1-9]\'');
  expect(Number(reviews.output)).toBeGreaterThan(0);
}, 240_000);

test('a second seed changes nothing and says that the demo is there', async () => {
  const before = await run('./mkt api GET /v1/clock --pick now');
  const again = await run('./mkt seed --as operator');
  expect(again).toEqual({ code: 0, output: 'The demo is there already: nothing was changed.\n' });
  const after = await run('./mkt api GET /v1/clock --pick now');
  const movedMs = Date.parse(after.output.trim()) - Date.parse(before.output.trim());
  expect(movedMs).toBeLessThan(60_000);
});
