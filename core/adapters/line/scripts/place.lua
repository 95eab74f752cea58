-- token -> {ahead, doctors at work} or nil
local lane, rank = unpack(call('HMGET', key('token', ARGV[1]), 'lane', 'rank'))
if not lane then return false end
return { call('ZCOUNT', key('all', lane), '-inf', '(' .. rank), call('SCARD', key('working', lane)) }
