import { guestAt } from '../tests/support/actors.ts';
import { shelfOf } from './catalogue.ts';
import { type Child, startChild } from './child.ts';
import { type LoadLimits, load, type Target } from './load.ts';
import type { Row } from './report.ts';

const rounds = 3;
/** Long enough that neither server is still being compiled while it is measured. */
const warmUp: LoadLimits = { connections: 16, durationMs: 2_500, maxRequests: 20_000 };
const measured: LoadLimits = { connections: 16, durationMs: 800, maxRequests: 100_000 };
const limits = {
  cached: { kind: 'atLeast', bound: 0.7, aim: 0.9 },
  uncached: { kind: 'atLeast', bound: 0.4, aim: 0.6 },
} as const;

interface Question {
  readonly what: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked by anybody, and so kept by the gateway; a token's answers never are. */
  readonly isPublic: boolean;
}

/** Product list and detail through the gateway, beside a bare route that answers the same bytes. */
export async function measureReads(marketplace: Child): Promise<Row[]> {
  const questions = await questionsFor(marketplace.url);
  const bodies = await Promise.all(questions.map((each) => bodyOf(marketplace.url, each)));
  const replies = bodies.map((body, at) => ({ path: `/${at}`, body }));
  const bare = await startChild('bare', { replies });
  const rows: Row[] = [];
  for (const [at, question] of questions.entries()) {
    const { headers } = question;
    const sizeBytes = Buffer.byteLength(bodies[at] ?? '');
    const pair = await measurePair(
      [marketplace, { url: marketplace.url + question.path, headers, sizeBytes }],
      [bare, { url: `${bare.url}/${at}`, headers, sizeBytes }],
    );
    rows.push(...rowsOf(question, pair));
  }
  await bare.stop();
  return rows;
}

async function questionsFor(url: string): Promise<Question[]> {
  const { productIds } = await shelfOf(url);
  const token = await guestAt(url);
  const asked = [
    { what: 'list of 20', path: '/v1/products?limit=20' },
    { what: 'detail', path: `/v1/products/${productIds[0]}` },
  ];
  return [
    ...asked.map((each) => ({ ...each, headers: {}, isPublic: true })),
    ...asked.map(({ what, path }) => ({
      what: `${what}, with a token`,
      path,
      headers: { authorization: `Bearer ${token}` },
      isPublic: false,
    })),
  ];
}

async function bodyOf(url: string, { path, headers }: Question): Promise<string> {
  const reply = await fetch(url + path, { headers });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return reply.text();
}

interface Speed {
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
}

type Side = readonly [Child, Target];
type Pair = readonly [marketplace: Speed, bare: Speed];

/** In turns, so that a machine that is busy for a while slows both; the middle round counts. */
async function measurePair(ours: Side, bare: Side): Promise<Pair> {
  for (const [, target] of [ours, bare]) await load(target, warmUp);
  const speeds: [Speed[], Speed[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    speeds[0].push(await speedOf(ours));
    speeds[1].push(await speedOf(bare));
  }
  return [middle(speeds[0]), middle(speeds[1])];
}

async function speedOf([child, target]: Side): Promise<Speed> {
  const before = await child.usage();
  const { requests, durationMs } = await load(target, measured);
  const after = await child.usage();
  return {
    requestsPerSecond: (requests * 1_000) / durationMs,
    cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / requests,
  };
}

function middle(speeds: readonly Speed[]): Speed {
  const of = (key: keyof Speed) =>
    speeds.map((speed) => speed[key]).toSorted((a, b) => a - b)[speeds.length >> 1] ?? 0;
  return {
    requestsPerSecond: of('requestsPerSecond'),
    cpuMicrosPerRequest: of('cpuMicrosPerRequest'),
  };
}

/**
 * Both figures have the limit. Requests per second flatter as soon as the load loop is the slowest
 * part; the processor time that a server spends on an answer does not depend on the loop.
 */
function rowsOf({ what, isPublic }: Question, [ours, bare]: Pair): Row[] {
  const limit = isPublic ? limits.cached : limits.uncached;
  const common = { topic: 'reads', limit } as const;
  return [
    {
      ...common,
      what,
      unit: 'requestsPerSecond',
      value: ours.requestsPerSecond,
      reference: bare.requestsPerSecond,
      ratio: ours.requestsPerSecond / bare.requestsPerSecond,
    },
    {
      ...common,
      what: `${what}, per answer`,
      unit: 'cpuMicrosPerRequest',
      value: ours.cpuMicrosPerRequest,
      reference: bare.cpuMicrosPerRequest,
      ratio: bare.cpuMicrosPerRequest / ours.cpuMicrosPerRequest,
    },
  ];
}
