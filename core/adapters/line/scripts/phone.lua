-- doctor, 1 = their phone is registered. Only who is not at work changes: a phone may lose its network for a moment.
local doctor, registered = ARGV[1], ARGV[2] == '1'
if registered then call('SREM', key('away'), doctor) else call('SADD', key('away'), doctor) end
local state = state_of(doctor)
if not BUSY[state] and state ~= READY then set_state(doctor, idle_state(doctor)) end
return redis.status_reply('OK')
