-- token, doctor, whether they have hung up -> the doctor's next match or nil
local token, doctor, hung_up = ARGV[1], ARGV[2], ARGV[3] == '1'
if not stands(token, doctor) or not (hung_up or state_of(doctor) == WRITING) then return false end
call('DEL', key('token', token))
return release(doctor, true)
