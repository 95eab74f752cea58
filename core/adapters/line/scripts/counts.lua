-- states… -> {waiting, doctors in each of these states…}
local waiting = 0
for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do waiting = waiting + call('ZCARD', key('all', lane)) end
local counts = { waiting }
for _, state in ipairs(ARGV) do counts[#counts + 1] = call('SCARD', key('state', state)) end
return counts
