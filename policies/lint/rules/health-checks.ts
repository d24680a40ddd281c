import { callsOf, withoutComments } from '../code.ts';
import { wakingCost } from '../cost.ts';
import { type Found, isDeployed, isRendered, type LintFile, type LintRule } from '../model.ts';
import { containersOf, documentsOf, imageOf, type PlacedContainer } from '../objects.ts';

/** Every ten seconds, as probes usually come; scrapes come every minute at the least. */
const usualSeconds = 10;
const path = /['"`]\/(?:healthz?|livez|readyz|ready|live|metrics|ping|status)['"`]/;
/** A question to a store, by the ports and the drivers that there are. */
const asks =
  /\b(?:db|pool|database|postgres|pg|prisma|mongo|documents|redis|client)\s*\.\s*(?:query|ping|connect|transaction|tx|find|get|command|send|execute|\$queryRaw)\b|\bSELECT 1\b/i;
const storeClients = /\b(psql|pg_isready|mongosh|mongo|redis-cli|valkey-cli)\b/;

const remedy =
  'Answer from memory: what the process knows of its pools. A store that is gone shows by errors, ' +
  'and a probe that asks it restarts every replica just then.';

export const healthChecks: LintRule = {
  name: 'health-check',
  why: 'A probe or a scrape that asks a store keeps it awake and spends its operations all month.',
  appliesTo: (path) => isDeployed(path) || isRendered(path),
  find: (file, day) =>
    isRendered(file.path) ? probesOf(file, day) : handlersOf(withoutComments(file.text), day),
};

function handlersOf(code: string, day: string): readonly Found[] {
  return callsOf(code, 'get|head|all|route')
    .filter(({ args }) => path.test(args.join(' ')) && asks.test(args.slice(0).join(' ')))
    .map(({ line }) => ({
      line,
      what: 'a health check or a scrape asks a store',
      cost: wakingCost(usualSeconds, day),
      remedy,
    }));
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function probesOf(file: LintFile, day: string): readonly Found[] {
  return documentsOf(file)
    .flatMap(containersOf)
    .flatMap((one) => probes.flatMap((probe) => probeFound(one, probe, day)));
}

function probeFound(one: PlacedContainer, probe: string, day: string): readonly Found[] {
  const spec = one.value[probe] as { exec?: { command?: string[] }; periodSeconds?: number };
  const command = (spec?.exec?.command ?? []).join(' ');
  const [, client] = storeClients.exec(command) ?? [];
  // A store may ask itself whether it is there: what is in the cluster is not metered.
  const isOwnStore = /(postgres|valkey|redis|mongo)/.test(imageOf(one));
  if (client === undefined || isOwnStore) return [];
  return [
    {
      line: one.lineOf([probe]),
      what: `the ${probe} of ${one.name} asks a store by ${client}`,
      cost: wakingCost(spec.periodSeconds ?? usualSeconds, day),
      remedy,
    },
  ];
}
