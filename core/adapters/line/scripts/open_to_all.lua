-- now in ms -> matches. Each joins again, now for anyone, in the order of their ranks.
local opened, matches = {}, {}

for _, token in ipairs(call('ZRANGEBYSCORE', key('patience'), '-inf', ARGV[1])) do
  local lane, rank = unpack(call('HMGET', key('token', token), 'lane', 'rank'))
  dequeue(token)
  opened[#opened + 1] = { token = token, lane = lane, rank = rank }
end

table.sort(opened, function(a, b)
  local rank_a, rank_b = tonumber(a.rank), tonumber(b.rank)
  return rank_a < rank_b or (rank_a == rank_b and a.token < b.token)
end)

for _, one in ipairs(opened) do
  local match = seat(one.token, one.lane, one.rank, '')
  if match then matches[#matches + 1] = match end
end

return matches
