import { expect, it } from 'vitest';
import { commandWords, unknownCommand } from './unknown-command.ts';

const known = {
  commandIDs: [
    'dev',
    'login',
    'order:list',
    'order:show',
    'stock:set',
    'vendor:list',
    'vendor:key:list',
  ],
};

it.each([
  [['dev']],
  [['order', 'list', '--json']],
  [['order']],
  [['vendor', 'key']],
  [['vendor', 'key', 'list', 'anything']],
  [['vendor', 'list', 'anything']],
  [['order', '--help']],
  [['--help']],
  [[]],
])('%j is left to the framework', (argv) => {
  expect(unknownCommand(argv, known)).toBeUndefined();
});

it.each([
  [['ordr', 'list'], 'Did you mean: mkt order'],
  [['order', 'lst'], 'Did you mean: mkt order list'],
  [['order', 'explode'], 'See what there is: mkt order --help'],
  [['vendor', 'kye', 'list'], 'Did you mean: mkt vendor key'],
  [['vendor', 'key', 'lits'], 'Did you mean: mkt vendor key list'],
  [['everything'], 'See what there is: mkt --help'],
])('%j is answered with what may be meant', (argv, next) => {
  expect(unknownCommand(argv, known)?.next).toBe(next);
});

it.each([
  [['vendor', 'key', 'list', 'kiln', '--json'], 'vendor key list'],
  [['vendor', 'key', '--json'], 'vendor key'],
  [['order', 'show', 'M-1'], 'order show'],
  [['nonsense'], ''],
])('%j is the command "%s"', (argv, words) => {
  expect(commandWords(argv, known)).toBe(words);
});
