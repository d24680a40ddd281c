import { serviceNames, serviceSpec } from '@mkt/topology';

type Connections = ReturnType<typeof import('@mkt/redis')['connectRedis']>;

interface Group {
  readonly name: string;
  readonly lastDelivered: string;
  readonly pending: number;
}

/** More unread events than this are not looked through: there is something to do among them. */
const lookAtMost = 1_000;

/**
 * Whether every group has acknowledged all that it was given, and nothing waits that its service
 * consumes. A group passes over other events at its own pace, and nobody need wait for it.
 */
export async function isStreamIdle(redis: Connections): Promise<boolean> {
  // A bus that is away hands nothing out: events wait in the outboxes, and nobody waits for them.
  if (!redis.isAvailable()) return true;
  const stream = redis.key('bus', 'events');
  if ((await redis.commands.exists(stream)) === 0) return true;
  const info = fieldsOf(await redis.commands.call('XINFO', 'STREAM', stream));
  const groups = (await redis.commands.call('XINFO', 'GROUPS', stream)) as unknown[];
  const all = groups.map(groupOf);
  if (all.some(({ pending }) => pending > 0)) return false;
  const behind = all.filter(({ lastDelivered }) => lastDelivered !== info.get('last-generated-id'));
  const [furthest] = behind.toSorted((a, b) => compareIds(a.lastDelivered, b.lastDelivered));
  if (!furthest) return true;
  const from = `(${furthest.lastDelivered}`;
  const unread = (await redis.commands.call(
    ...(['XRANGE', stream, from, '+', 'COUNT', lookAtMost] as const),
  )) as [id: string, fields: readonly string[]][];
  if (unread.length === lookAtMost) return false;
  return behind.every((group) => {
    const wanted = typesOf(group.name);
    return unread
      .filter(([id]) => compareIds(id, group.lastDelivered) > 0)
      .every(([, [, type = '']]) => wanted !== undefined && !wanted.includes(type));
  });
}

function groupOf(reply: unknown): Group {
  const fields = fieldsOf(reply);
  return {
    name: String(fields.get('name')),
    lastDelivered: String(fields.get('last-delivered-id')),
    pending: Number(fields.get('pending')),
  };
}

/** What the service of a group consumes; undefined where it is no service that is known here. */
function typesOf(group: string): readonly string[] | undefined {
  const [consumer] = group.split('@');
  const name = serviceNames.find((service) => service === consumer);
  return name && serviceSpec(name).consumes;
}

/** Ids are a time and a number within it. */
function compareIds(one: string, other: string): number {
  const [a, b] = [one, other].map((id) => id.split('-').map(Number));
  return (a?.[0] ?? 0) - (b?.[0] ?? 0) || (a?.[1] ?? 0) - (b?.[1] ?? 0);
}

/** A reply of names and values in turn. */
function fieldsOf(reply: unknown): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const list = reply as unknown[];
  for (let at = 0; at + 1 < list.length; at += 2) fields.set(String(list[at]), list[at + 1]);
  return fields;
}
