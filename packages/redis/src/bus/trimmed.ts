import type { RedisConnections } from '../connections.ts';

/**
 * How many events left the stream's end before the group read them; 0 where nobody can tell. The
 * stream counts what was ever added, the group what it ever read.
 */
export async function trimmedUnread(
  redis: RedisConnections,
  stream: string,
  group: string,
): Promise<number> {
  const [info, groups] = await Promise.all([
    redis.commands.xinfo('STREAM', stream),
    redis.commands.xinfo('GROUPS', stream),
  ]);
  const { length, 'entries-added': added } = fieldsOf(info as unknown[]);
  const own = (groups as unknown[][]).map(fieldsOf).find(({ name }) => name === group);
  const read = own?.['entries-read'];
  if (typeof read !== 'number' || typeof added !== 'number' || typeof length !== 'number') return 0;
  return Math.max(0, added - length - read);
}

/** Names and values by turns, as the server lists them. */
function fieldsOf(list: readonly unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let at = 0; at + 1 < list.length; at += 2) fields[String(list[at])] = list[at + 1];
  return fields;
}
