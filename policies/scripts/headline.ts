// Writes what the simulator says of the topology into the README, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments } from '@mkt/topology';
import { headlineOf } from '../simulate/headline.ts';
import { monthOf, scenarioOf } from '../simulate/scenario.ts';

const marks = ['<!-- headline -->', '<!-- /headline -->'] as const;
/** The longest month of a year, and the fullest. */
const month = '2026-12';

const path = join(import.meta.dirname, '..', '..', 'README.md');
const text = readFileSync(path, 'utf8');
const [before, rest] = split(text, marks[0]);
const [, after] = split(rest, marks[1]);
const headline = headlineOf(scenarioOf(environments.production, monthOf(month)));
writeFileSync(path, `${before}${marks[0]}\n\n${headline}\n\n${marks[1]}${after}`);

function split(whole: string, mark: string): [string, string] {
  const at = whole.indexOf(mark);
  if (at < 0) throw new Error(`README.md has no ${mark}`);
  return [whole.slice(0, at), whole.slice(at + mark.length)];
}
