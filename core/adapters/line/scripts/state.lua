-- doctor -> {state, lanes, token or ''} or nil
local state, lanes, token = unpack(call('HMGET', key('doctor', ARGV[1]), 'state', 'lanes', 'token'))
if not state then return false end
return { state, lanes or '', token or '' }
