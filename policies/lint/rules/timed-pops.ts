import { callsOf, numberOf, withoutComments } from '../code.ts';
import { pollingCost } from '../cost.ts';
import { type Found, isDeployed, type LintRule } from '../model.ts';

const pops = 'b[lrz]pop(?:min|max)?|brpoplpush|blmove|b[lz]mpop|bzpop(?:min|max)';
/** Where the timeout is not a number in the file: as long as clients usually wait. */
const usualSeconds = 5;
/** Measured: 714 commands in 100 s for 4 idle workers, the inner ones of scripts included. */
const bullSecondsPerCommand = 400 / 714;

/** `BLMPOP 10 …` has its timeout first, all others last. */
const timeoutOf = (name: string, args: readonly string[]): string =>
  (/^b[lz]mpop$/i.test(name) ? args[0] : args.at(-1)) ?? '';

export const timedPops: LintRule = {
  name: 'timed-pop',
  why: 'A blocking pop or read that times out asks again and again, and every time is a command.',
  appliesTo: isDeployed,
  find({ text }, day) {
    const code = withoutComments(text);
    const popped = callsOf(code, pops).flatMap(({ name, args, line }) => {
      const seconds = numberOf(timeoutOf(name, args), code);
      return seconds === 0 ? [] : [found(line, `${name} gives up and asks again`, seconds, day)];
    });
    return [...popped, ...timedReads(code, day), ...queueLibraries(code, day)];
  },
};

/** `XREAD BLOCK 5000`, in the arguments of a call or in the text of a script. */
function timedReads(code: string, day: string): readonly Found[] {
  const reads = /xread(?:group)?\b[^;]{0,300}?\bblock\b['"\s,]+([\w.*]+(?:\s*\*\s*[\w.]+)*)/gi;
  return [...code.matchAll(reads)].flatMap((match) => {
    const ms = numberOf(match[1] ?? '', code);
    if (ms === 0) return [];
    const line = code.slice(0, match.index).split('\n').length;
    const seconds = ms === undefined ? undefined : ms / 1_000;
    return [found(line, 'a blocking read gives up and asks again', seconds, day)];
  });
}

function queueLibraries(code: string, day: string): readonly Found[] {
  const library = /from '(bullmq|bull|bee-queue)'/.exec(code);
  const rests = /drainDelay:\s*([\d_]+)/.exec(code);
  if (!library || (rests && Number(rests[1]?.replaceAll('_', '')) >= 300)) return [];
  return [
    {
      line: code.slice(0, library.index).split('\n').length,
      what: `workers of ${library[1]} poll Redis while there is nothing to do`,
      cost: pollingCost(bullSecondsPerCommand, day),
      remedy:
        'Take the outbox and the bus of service-kit, a queue inside the cluster, or give its ' +
        'workers `drainDelay: 300`.',
    },
  ];
}

function found(line: number, what: string, seconds: number | undefined, day: string): Found {
  const known = seconds ?? usualSeconds;
  const guess = seconds === undefined ? ` (taken as every ${usualSeconds} s)` : ` every ${known} s`;
  return {
    line,
    what: what + guess,
    cost: pollingCost(known, day),
    remedy: 'Block without a timeout (0), or be told of new work as the bus of packages/redis is.',
  };
}
