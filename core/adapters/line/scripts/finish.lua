-- token, doctor -> the doctor's next match or nil
local token, doctor = ARGV[1], ARGV[2]
if not stands(token, doctor) or state_of(doctor) ~= WRITING then return false end
call('DEL', key('token', token))
return release(doctor, true)
