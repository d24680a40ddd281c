import { defineScript } from '../script.ts';

/**
 * One command per event: it is stored, the consumers that want its type are woken, and who listens
 * gets it. The stream is bounded, and goes by itself when nothing was published for its lifetime.
 * Keys: stream. Arguments: type, event, most entries, lifetime, channel of wakes, channel of news.
 */
export const publishScript = defineScript(
  1,
  `
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 't', ARGV[1], 'e', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    redis.call('PUBLISH', ARGV[5], ARGV[1])
    redis.call('PUBLISH', ARGV[6], ARGV[2])
    return id`,
);

/**
 * One command per look: acknowledges what was handled, takes or renews the consumer's lease, and
 * reads on. Entries of other types are acknowledged here and never leave the server. Answers
 * `held` (another process has the lease, for so many milliseconds), `claim` (entries that were
 * given out before the lease came here must be dealt with first), or `read` with whether more is
 * there, and the entries.
 * Keys: stream, lease. Arguments: group, process, lease ms, most entries, most to look at, stream
 * lifetime, number of types, types, ids to acknowledge.
 */
export const exchangeScript = defineScript(
  2,
  `
    local stream, group, me = KEYS[1], ARGV[1], ARGV[2]
    local room, most, types = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
    local wanted, handled = {}, {}
    for i = 8, 7 + types do wanted[ARGV[i]] = true end
    for i = 8 + types, #ARGV do handled[#handled + 1] = ARGV[i] end
    if #handled > 0 then redis.call('XACK', stream, group, unpack(handled)) end

    local owner = redis.call('GET', KEYS[2])
    if owner and owner ~= me then return {'held', redis.call('PTTL', KEYS[2])} end
    redis.call('SET', KEYS[2], me, 'PX', ARGV[3])
    if not owner then
      local pending = redis.pcall('XPENDING', stream, group)
      if pending.err then
        redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
        redis.call('PEXPIRE', stream, ARGV[6])
      elseif pending[1] > 0 then
        return {'claim'}
      end
    end

    local found, looked, more = {}, 0, 0
    while #found < room do
      if looked >= most then more = 1; break end
      local reply = redis.pcall('XREADGROUP', 'GROUP', group, me, 'COUNT', room - #found,
        'STREAMS', stream, '>')
      if reply and reply.err then
        redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
        redis.call('PEXPIRE', stream, ARGV[6])
        reply = redis.call('XREADGROUP', 'GROUP', group, me, 'COUNT', room - #found,
          'STREAMS', stream, '>')
      end
      if not reply then break end
      local skipped = {}
      for _, entry in ipairs(reply[1][2]) do
        looked = looked + 1
        if wanted[entry[2][2]] then found[#found + 1] = {entry[1], entry[2][4]}
        else skipped[#skipped + 1] = entry[1] end
      end
      if #skipped > 0 then redis.call('XACK', stream, group, unpack(skipped)) end
    end
    if #found > 0 and #found >= room then more = 1 end
    return {'read', more, found}`,
);

/**
 * Takes over what was given out and not acknowledged, oldest first, with how often it was given out,
 * and forgets earlier processes that are left with nothing: each deploy brings new names.
 * Keys: stream, lease. Arguments: group, process, lease ms, where to go on, most entries, stream
 * lifetime.
 * Answers `held`, or `claimed` with where to go on, the entries, and how many are gone for good.
 */
export const claimScript = defineScript(
  2,
  `
    local stream, group, me = KEYS[1], ARGV[1], ARGV[2]
    local owner = redis.call('GET', KEYS[2])
    if owner and owner ~= me then return {'held', redis.call('PTTL', KEYS[2])} end
    redis.call('SET', KEYS[2], me, 'PX', ARGV[3])
    local reply = redis.pcall('XAUTOCLAIM', stream, group, me, 0, ARGV[4], 'COUNT', ARGV[5])
    if reply.err then
      redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
      redis.call('PEXPIRE', stream, ARGV[6])
      return {'claimed', '0-0', {}, 0}
    end
    local entries, deliveries = {}, {}
    if #reply[2] > 0 then
      local first, last = reply[2][1][1], reply[2][#reply[2]][1]
      for _, row in ipairs(redis.call('XPENDING', stream, group, first, last, #reply[2])) do
        deliveries[row[1]] = row[4]
      end
      for _, entry in ipairs(reply[2]) do
        entries[#entries + 1] = {entry[1], entry[2][4], deliveries[entry[1]] or 1, entry[2][2]}
      end
    end
    if reply[1] == '0-0' then
      for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
        local said = {}
        for i = 1, #consumer, 2 do said[consumer[i]] = consumer[i + 1] end
        if said.name ~= me and said.pending == 0 then
          redis.call('XGROUP', 'DELCONSUMER', stream, group, said.name)
        end
      end
    end
    return {'claimed', reply[1], entries, reply[3] and #reply[3] or 0}`,
);

/**
 * Sets an entry aside and acknowledges it. Keys: stream, dead letters. Arguments: group, id, event,
 * consumer, reason, deliveries, most dead letters, their lifetime.
 */
export const deadLetterScript = defineScript(
  2,
  `
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[7], '*', 'e', ARGV[3], 'consumer', ARGV[4],
      'reason', ARGV[5], 'deliveries', ARGV[6])
    redis.call('PEXPIRE', KEYS[2], ARGV[8])
    return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])`,
);

/**
 * Acknowledges what was handled, gives the lease back, and wakes who waits for it.
 * Keys: stream, lease. Arguments: group, process, channel of wakes, message, ids.
 */
export const releaseScript = defineScript(
  2,
  `
    local handled = {}
    for i = 5, #ARGV do handled[#handled + 1] = ARGV[i] end
    if #handled > 0 then redis.call('XACK', KEYS[1], ARGV[1], unpack(handled)) end
    if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
    redis.call('DEL', KEYS[2])
    return redis.call('PUBLISH', ARGV[3], ARGV[4])`,
);
