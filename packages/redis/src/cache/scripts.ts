import { defineScript } from '../script.ts';

/**
 * Declares keys stale. The log's ids grow with time, also over the end of the log, so a value that
 * was read before an invalidation is told from one read after it. The message says which one came
 * before, so that who missed that one notices.
 * Keys: log, last id, value and lock (of a single key; otherwise the log twice).
 * Arguments: kind, text, entries of the log, its lifetime, channel.
 */
export const invalidateScript = defineScript(
  4,
  `
    local before = redis.call('GET', KEYS[2]) or '0-0'
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'k', ARGV[1], 't', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    redis.call('SET', KEYS[2], id, 'PX', ARGV[4])
    if ARGV[1] == 'key' then redis.call('UNLINK', KEYS[3], KEYS[4]) end
    redis.call('PUBLISH', ARGV[5], id .. ' ' .. before .. ' ' .. ARGV[1] .. ' ' .. ARGV[2])
    return id`,
);

/**
 * Ends a load: stores what it found (if it may be stored) and lets the next loader in.
 * Keys: value, lock. Arguments: loader, lifetime (0 where there is nothing to store), value.
 */
export const finishScript = defineScript(
  2,
  `
    if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2]) end
    if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
    return 1`,
);
