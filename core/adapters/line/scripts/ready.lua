-- doctor, lanes -> match or nil. A busy doctor only takes back an earlier wish to pause.
local doctor, lanes = ARGV[1], ARGV[2]
local me = key('doctor', doctor)
local state, lanes_before = state_of(doctor), field(me, 'lanes')
local works = BUSY[state] or state == READY
if state == READY then withdraw(doctor) end
if works and lanes ~= lanes_before then stop_work(doctor) end
call('HSET', me, 'lanes', lanes)
if not works or lanes ~= lanes_before then start_work(doctor) end
call('HDEL', me, 'after')
if BUSY[state] then return false end
if state ~= READY then call('HSET', me, 'since', call('INCR', key('turn'))) end
return claim(doctor)
