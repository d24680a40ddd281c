import { basename } from 'node:path';
import { type HouseRule, isOwnSample, isSource, isTest, linesMatching } from './rule.ts';

const MAX_LINES = 400;
const MAX_PAUSE_MS = 100;
const REASON = /[a-z]{3,}.*[a-z]{3,}/i;

export const suppressionsGiveReasons: HouseRule = {
  name: 'suppressions give a reason',
  why: 'A rule that is switched off without a reason cannot be switched on again by anybody else. Write it on the same line: `biome-ignore lint/...: reason`, `eslint-disable-next-line rule -- reason`, `@ts-expect-error reason`.',
  appliesTo: (path) => isSource(path) && !isOwnSample(path),
  find: (text) =>
    linesMatching(
      text,
      /(?:\/\/|\/\*|^\s*\*)\s*(@ts-expect-error|@ts-ignore|@ts-nocheck|biome-ignore\S*|eslint-disable\S*)(.*)$/,
      ([, directive = '', rest = '']) => {
        if (/@ts-(ignore|nocheck)/.test(directive)) return `${directive}: use @ts-expect-error`;
        const reason = directive.startsWith('@')
          ? rest
          : (rest.split(directive.startsWith('eslint') ? ' -- ' : ': ')[1] ?? '');
        return REASON.test(reason) ? undefined : `${directive} without a reason`;
      },
    ),
};

export const testsWaitForConditions: HouseRule = {
  name: 'tests wait for conditions',
  why: 'A test that sleeps is slow on a fast machine and wrong on a slow one. Wait for what it is about (`vi.waitFor`, an event, a promise), or move the clock that was passed in.',
  appliesTo: (path) => isTest(path) && !isOwnSample(path),
  find: (text) =>
    linesMatching(
      text,
      // A pause that is awaited, or a timer that does nothing but resolve.
      /(?:await\s+(?:setTimeout|sleep|delay|pause|wait)\(\s*|setTimeout\(\s*(?:resolve|done|r)\s*,\s*)([\d_]+)/,
      ([, digits = '']) => {
        const pauseMs = Number(digits.replaceAll('_', ''));
        return pauseMs >= MAX_PAUSE_MS ? `sleeps ${pauseMs} ms` : undefined;
      },
    ),
};

export const filesStayReadable: HouseRule = {
  name: 'files stay readable',
  why: `More than ${MAX_LINES} lines are more than one subject. Split it along its subjects, or say why it is one: a line \`// size: reason\`.`,
  appliesTo: (path) => isSource(path),
  find: (text) => {
    const lines = text.split('\n');
    if (lines.length <= MAX_LINES) return [];
    const reasoned = lines.some((line) => /^\s*\/\/ size: /.test(line) && REASON.test(line));
    return reasoned ? [] : [{ line: MAX_LINES + 1, what: `${lines.length} lines` }];
  },
};

export const namesSaySomething: HouseRule = {
  name: 'names say something',
  why: 'util, helper, manager, common, misc and base say where code was put when nobody knew what it was. Name the file after what it knows.',
  appliesTo: isSource,
  find: (_text, path) => {
    const words = path.toLowerCase().split(/[/.-]/);
    const empty = words.find((word) => /^(utils?|helpers?|managers?|common|misc|base)$/.test(word));
    return empty === undefined
      ? []
      : [{ line: 1, what: `"${empty}" in the name ${basename(path)}` }];
  },
};

export const nothingIsUnfinished: HouseRule = {
  name: 'nothing is unfinished',
  why: 'A note to do it later is read by nobody later. Do it, or file an issue.',
  appliesTo: (path) => isSource(path) && !isOwnSample(path),
  find: (text) =>
    linesMatching(text, /(?:\/\/|\/\*|^\s*\*).*\b(TODO|FIXME|XXX|HACK)\b/, ([, word]) => word),
};

export const decisionsAreRepeatable: HouseRule = {
  name: 'decisions are repeatable',
  why: 'A decision that looks at the clock or rolls dice cannot be tested or replayed. Time, ids and randomness come in with the command.',
  appliesTo: (path) => /^services\/[^/]+\/src\/domain\//.test(path) && !isTest(path),
  find: (text) =>
    linesMatching(
      text,
      /\b(Date\.now\(|new Date\(\)|Math\.random\(|random(?:UUID|Bytes|Int)\(|performance\.now\(|hrtime\b)/,
      ([, call = '']) => `calls ${call.replace(/\(\)?$/, '')}`,
    ),
};

export const sourceRules = [
  suppressionsGiveReasons,
  testsWaitForConditions,
  filesStayReadable,
  namesSaySomething,
  nothingIsUnfinished,
  decisionsAreRepeatable,
] as const;
