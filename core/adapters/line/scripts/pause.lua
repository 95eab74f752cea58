-- doctor -> 1 when paused now, 0 when busy: then they are paused afterwards
local doctor = ARGV[1]
local state = state_of(doctor)
if BUSY[state] then
  call('HSET', key('doctor', doctor), 'after', PAUSED)
  return 0
end
if state == READY then
  withdraw(doctor)
  pause(doctor)
end
return 1
