import { type Context, contexts } from '@mkt/topology';
import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { egressTo, ingressFrom, podsOf } from '../../constructs/network.ts';
import { addProgram, fromSecret } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { postgresPort, secretNames } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { addDrill } from './drill.ts';
import { addDump, postgresUser } from './dump.ts';

/** Contexts whose database is in the cluster, and not a project of Neon. */
export function contextsInside(plan: Plan): readonly Context[] {
  return contexts.filter((context) => plan.environment.databases[context] === 'cluster');
}

/**
 * One PostgreSQL for the contexts that are placed inside, a schema and two roles for each service as
 * everywhere. It needs no pooler: the services' own pools are small.
 */
export class PostgresChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'postgres');
    const inside = plan.services.filter(
      ({ context, stores }) =>
        contextsInside(plan).includes(context) && stores.includes('postgres'),
    );
    const isReady = {
      exec: { command: ['pg_isready', '-U', 'mkt', '-d', 'mkt', '-h', '127.0.0.1'] },
    };
    addProgram(this, plan, {
      name: 'postgres',
      part: 'data',
      kind: 'StatefulSet',
      image: images.postgres,
      user: postgresUser,
      args: settingsFor(connectionsOf(inside)),
      env: [
        { name: 'POSTGRES_USER', value: 'mkt' },
        { name: 'POSTGRES_DB', value: 'mkt' },
        fromSecret('POSTGRES_PASSWORD', secretNames.postgres, 'password'),
      ],
      resources: {
        cpuRequestMilli: 150,
        cpuLimitMilli: 1_000,
        memoryRequestMiB: 512,
        memoryLimitMiB: 1_024,
      },
      priority: 'platform',
      ports: { postgres: postgresPort },
      // The image keeps each major version in a folder of its own below it.
      data: { path: '/var/lib/postgresql', sizeGiB: plan.profile.databaseVolumeGiB },
      scratch: [
        { path: '/var/run/postgresql', sizeMiB: 1 },
        { path: '/tmp', sizeMiB: 16 },
      ],
      probes: {
        startupProbe: { ...isReady, periodSeconds: 3, failureThreshold: 100 },
        livenessProbe: { ...isReady, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { ...isReady, periodSeconds: 10, timeoutSeconds: 5 },
      },
      // A clean stop writes everything out; a killed one reads the log again at the next start.
      graceSeconds: 120,
      ingress: [ingressFrom([...callers(plan, inside), dumpPods(plan)], postgresPort)],
      egress: [],
    });
    addDump(this, plan, egressTo([podsOf(plan.namespaceOf('data'), 'postgres')], postgresPort));
    addDrill(this, plan);
  }
}

type Services = Plan['services'];

const callers = (plan: Plan, services: Services): k8s.NetworkPolicyPeer[] => [
  ...services.map(({ name, context }) => podsOf(plan.namespaceOf(context), name)),
  ...plan.jobs
    .filter(({ worksFor }) => services.some(({ name }) => name === worksFor))
    .map(({ name, place }) => podsOf(plan.namespaceOf(place), name)),
];

const dumpPods = (plan: Plan): k8s.NetworkPolicyPeer =>
  podsOf(plan.namespaceOf('data'), 'postgres-dump');

/** Every pool full on every replica, one more while it is replaced, and some for people. */
function connectionsOf(services: Services): number {
  const forPeople = 10;
  const most = services.map(
    ({ pool, replicas, autoscale }) =>
      (pool.platform + pool.vendor) * ((autoscale?.maxReplicas ?? replicas) + 1),
  );
  return most.reduce((sum, one) => sum + one, forPeople);
}

function settingsFor(connections: number): string[] {
  const settings = {
    max_connections: connections,
    shared_buffers: '256MB',
    effective_cache_size: '512MB',
    work_mem: '4MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '2GB',
    min_wal_size: '128MB',
    wal_compression: 'lz4',
    checkpoint_timeout: '15min',
    // Slots of a receiver that is gone would keep the log for ever.
    max_slot_wal_keep_size: '2GB',
    idle_in_transaction_session_timeout: '60s',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
