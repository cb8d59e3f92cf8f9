/**
 * Takes of every count, or of none; as `reserve_rate_limits` of migration 0121 does, which says what sets are. For each key five
 * arguments: milliseconds of the period, set, requests and tokens that there may be (empty for any number), tokens. A count lives for two
 * periods from its first use by the server's own clock, whatever ours says: it is needed for what is left of one.
 * Gives 1 or 0, and of each key the requests and tokens before.
 */
export const RESERVE = `
local before, full, has_others = {}, {}, false
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 5
  local set, requests_max, tokens_max = ARGV[at + 2], tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
  local kept = redis.call('HMGET', key, 'requests', 'tokens')
  local requests, tokens = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
  before[2 * i - 1], before[2 * i] = requests, tokens
  if set ~= '0' then has_others = true end
  if (requests_max and requests + 1 > requests_max) or (tokens_max and tokens + tonumber(ARGV[at + 5]) > tokens_max) then
    full[set] = true
  end
end
local is_open = not has_others
for i in ipairs(KEYS) do
  local set = ARGV[(i - 1) * 5 + 2]
  if set ~= '0' and not full[set] then is_open = true end
end
if full['0'] or not is_open then return {0, unpack(before)} end
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 5
  if not full[ARGV[at + 2]] then
    if redis.call('HINCRBY', key, 'requests', 1) == 1 then redis.call('PEXPIRE', key, 2 * ARGV[at + 1]) end
    redis.call('HINCRBY', key, 'tokens', ARGV[at + 5])
  end
end
return {1, unpack(before)}
`;

/** Adds to the tokens of each count that is still there, or takes of them; never below nothing. One argument for each key. */
export const SETTLE = `
for i, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    if redis.call('HINCRBY', key, 'tokens', ARGV[i]) < 0 then redis.call('HSET', key, 'tokens', 0) end
  end
end
return 1
`;
