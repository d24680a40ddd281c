import { tokenBuckets } from '../../compile/token-buckets.ts';
import { callsOf, lineAt, numberOf, withoutComments } from '../code.ts';
import { wakingCost } from '../cost.ts';
import { type Found, isDeployed, isRendered, type LintFile, type LintRule } from '../model.ts';
import { documentsOf, type PlacedObject } from '../objects.ts';

const remedy =
  'Nudge it when there is work (createDueWork, the relay), or let it come no more often than ' +
  'backgroundIntervalSeconds of policies/compiled/token-buckets.json. If it touches no store, say ' +
  'so on the line: mkt-allow fast-timer: why.';

/** Names of how often something comes: `sweepIntervalMs = 60_000`, `pollSeconds: 5`. */
const intervals =
  /\b(\w*(?:interval|poll|sweep|every)\w*?(Ms|Seconds|Minutes))\b\s*(?::\s*number\s*)?[:=]\s*([\d_]+(?:\s*\*\s*[\d_]+)*)\s*[,;}\n)]/gi;
const msOf: Readonly<Record<string, number>> = { ms: 1, seconds: 1_000, minutes: 60_000 };

export const fastTimers: LintRule = {
  name: 'fast-timer',
  why: 'Work that comes by the clock keeps a database awake that would sleep after five minutes.',
  appliesTo: (path) => isDeployed(path) || isRendered(path),
  find(file, day) {
    if (isRendered(file.path)) return settingsFound(file, day);
    const code = withoutComments(file.text);
    const leastMs = tokenBuckets(day).neon.backgroundIntervalSeconds * 1_000;
    const timers = callsOf(code, 'setInterval').flatMap(({ args, line }) => {
      const ms = numberOf(args[1] ?? '', code);
      return ms === undefined ? [] : [{ line, ms, name: 'a timer' }];
    });
    const constants = [...code.matchAll(intervals)].map((match) => ({
      line: lineAt(code, match.index),
      ms: (numberOf(match[3] ?? '', '') ?? 0) * (msOf[(match[2] ?? '').toLowerCase()] ?? 1),
      name: match[1] ?? '',
    }));
    const lines = new Map([...timers, ...constants].map((one) => [one.line, one]));
    return [...lines.values()]
      .filter(({ ms }) => ms > 0 && ms < leastMs)
      .map(({ line, ms, name }) => found(line, name, ms, day));
  },
};

/** Settings that say how often a service looks into its database. */
const pauses = ['SWEEP_SECONDS', 'USAGE_SECONDS'] as const;

/** A database in the cluster may be asked at any time; one outside of it is Neon's. */
function settingsFound(file: LintFile, day: string): readonly Found[] {
  const objects = documentsOf(file);
  const isOutside = objects.some(({ value }) => reachesDatabaseOutside(value));
  if (!isOutside) return [];
  const least = tokenBuckets(day).neon.backgroundIntervalSeconds;
  return objects
    .filter(({ value }) => value['kind'] === 'ConfigMap')
    .flatMap(({ value, lineOf }) => {
      const data = (value['data'] ?? {}) as Record<string, string>;
      return pauses
        .filter((name) => data[name] !== undefined && Number(data[name]) < least)
        .map((name) => found(lineOf(['data', name]), name, Number(data[name]) * 1_000, day));
    });
}

interface Egress {
  readonly to?: readonly { readonly ipBlock?: unknown }[];
  readonly ports?: readonly { readonly port?: unknown }[];
}

function reachesDatabaseOutside(object: PlacedObject['value']): boolean {
  if (object['kind'] !== 'NetworkPolicy') return false;
  const { egress = [] } = (object['spec'] ?? {}) as { egress?: readonly Egress[] };
  return egress.some(
    ({ to = [], ports = [] }) =>
      to.some(({ ipBlock }) => ipBlock !== undefined) && ports.some(({ port }) => port === 5432),
  );
}

function found(line: number, name: string, ms: number, day: string): Found {
  const seconds = ms / 1_000;
  return {
    line,
    what: `${name} comes every ${seconds} s; if it asks a database, that never sleeps for long`,
    cost: wakingCost(seconds, day),
    remedy,
  };
}
