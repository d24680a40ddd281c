import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandSnapshot } from '../scripts/command-snapshot.ts';

describe('the commands', () => {
  it('are those of the committed snapshot', async () => {
    const path = join(import.meta.dirname, '..', 'command-snapshot.json');
    expect(await commandSnapshot()).toEqual(JSON.parse(await readFile(path, 'utf8')));
  });

  it('all have a summary, an example, --json and -q, and none takes a secret as a flag', async () => {
    for (const { command, summary, examples, flags } of await commandSnapshot()) {
      expect(summary, command).not.toBe('');
      expect(examples, command).toBeGreaterThan(0);
      expect(flags, command).toMatchObject({ json: 'boolean', quiet: 'boolean, -q' });
      expect(Object.keys(flags), command).not.toContain('password');
      expect(Object.keys(flags), command).not.toContain('token');
    }
  });
});
