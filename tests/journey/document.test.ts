import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevProcess, repositoryDir, runScript, startDev } from '../support/dev-process.ts';
import { type Block, blocksOf, patternOf } from '../support/document.ts';

const folder = '.mkt/journey';
const mark = 'what the next block prints:';

let dev: DevProcess;
let blocks: Block[];
beforeAll(async () => {
  blocks = blocksOf(await readFile(join(repositoryDir, 'docs/journey.md'), 'utf8'));
  const server = blocks.find(({ info }) => info === 'sh server')?.text ?? '';
  expect(server).toContain(folder);
  dev = await startDev(server.trim().replace(folder, '{data}'));
});
afterAll(() => dev?.stop());

test('every command of the document prints what the document says', async () => {
  const steps = blocks.filter(({ info }) => info === 'sh');
  expect(steps.length).toBeGreaterThan(10);
  const script = steps
    .map(({ text }) => `echo; echo '${mark}'\n${text.replaceAll(folder, dev.dataDir)}`)
    .join('\n');
  const { code, output } = await runScript(script, dev.env);
  const printed = output.split(`\n${mark}\n`).slice(1);
  expect({ code, blocks: printed.length, end: output.slice(-2_000) }).toMatchObject({
    code: 0,
    blocks: steps.length,
  });
  for (const [place, { text }] of steps.entries()) {
    const next = blocks[blocks.findIndex((block) => block.text === text) + 1];
    if (next?.info !== 'text') continue;
    expect(`${printed[place]?.trimEnd()}\n`).toMatch(patternOf(next.text));
  }
}, 300_000);
