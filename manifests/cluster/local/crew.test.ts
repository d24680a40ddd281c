import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Crew, freePorts } from './crew.ts';
import { until } from './until.ts';

let dir: string;
let crew: Crew;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mkt-crew-'));
  crew = new Crew(dir, '');
});
afterEach(async () => {
  await crew.stop();
  rmSync(dir, { recursive: true, force: true });
});

const node = (name: string, program: string) =>
  crew.start({ name, file: process.execPath, args: ['-e', program] });
const logOf = (name: string) => readFileSync(join(dir, `${name}.log`), 'utf8');

const hasWritten = (name: string, text: string) =>
  until({ what: `${name} has written`, timeoutMs: 20_000, everyMs: 20 }, async () =>
    logOf(name).includes(text) ? { answer: true } : { notYet: logOf(name) },
  );

describe('programs of a cluster', () => {
  test('end in the opposite order of their start, and with leave to tidy up', async () => {
    const tidy = (name: string) =>
      `process.on('SIGTERM', () => { console.log('${name} ends', Date.now()); process.exit(0) });
       console.log('${name} runs'); setInterval(() => {}, 1000)`;
    node('store', tidy('store'));
    node('server', tidy('server'));
    await Promise.all([hasWritten('store', 'runs'), hasWritten('server', 'runs')]);
    crew.check();
    await crew.stop();
    const endedAt = (name: string) => Number(/ends (\d+)/.exec(logOf(name))?.[1]);
    expect(endedAt('server')).toBeLessThanOrEqual(endedAt('store'));
  });

  test('are missed when they end by themselves, with their last words', async () => {
    node('server', "console.error('no such flag'); process.exit(1)");
    const missed = until({ what: 'missed', timeoutMs: 20_000, everyMs: 20 }, async () => {
      try {
        crew.check();
        return { notYet: 'it runs' };
      } catch (error) {
        return { answer: error };
      }
    });
    await expect(missed).resolves.toMatchObject({
      message: 'server has ended. Its last words:\nno such flag',
    });
  });
});

test('ports that are free are different, and somebody may listen on them', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  for (const port of ports) expect(port).toBeGreaterThan(1_023);
});

test('what does not come about is told with the last reason why', async () => {
  const never = until({ what: 'a node', timeoutMs: 0 }, async () => ({ notYet: 'none is there' }));
  await expect(never).rejects.toThrow('After 0 s still not: a node. none is there');
});
