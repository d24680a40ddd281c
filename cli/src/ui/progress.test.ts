import { expect, it } from 'vitest';
import { formatBytes, progressBar } from './progress.ts';
import type { Terminal } from './terminal.ts';

function fakeTerminal(errIsTerminal: boolean): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    out: () => {},
    clear: () => {},
    err: (text) => {
      written.push(text);
    },
    outColumns: undefined,
    errIsTerminal,
    errColumns: 60,
    styleOut: (_, text) => text,
    styleErr: (_, text) => text,
  };
}

it('shows nothing where standard error is not a terminal', () => {
  const terminal = fakeTerminal(false);
  const bar = progressBar(terminal, { label: 'importing', total: 10, format: formatBytes });
  bar.report(5);
  bar.stop();
  expect(terminal.written).toEqual([]);
});

it('redraws in measure, always shows the end, and clears its line', () => {
  let now = 0;
  const terminal = fakeTerminal(true);
  const options = { label: 'importing', total: 2048, format: formatBytes, now: () => now };
  const bar = progressBar(terminal, options);
  bar.report(512);
  bar.report(600);
  now += 100;
  bar.report(1024);
  bar.report(2048);
  bar.stop();
  expect(terminal.written).toHaveLength(4);
  expect(terminal.written[1]).toContain('50 %  1 KiB of 2 KiB');
  expect(terminal.written[2]).toContain('100 %');
  expect(terminal.written[3]).toBe('\r\u001b[2K');
});
