import { expect, it } from 'vitest';
import { unknownCommand } from './unknown-command.ts';

const known = { commandIDs: ['dev', 'login', 'order:list', 'order:show', 'stock:set'] };

it.each([
  [['dev']],
  [['order', 'list', '--json']],
  [['order']],
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
  [['everything'], 'See what there is: mkt --help'],
])('%j is answered with what may be meant', (argv, next) => {
  expect(unknownCommand(argv, known)?.next).toBe(next);
});
