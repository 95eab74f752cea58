-- token, doctor -> 1 when the doctor writes now, 0 also when they have not talked
local token, doctor = ARGV[1], ARGV[2]
if not stands(token, doctor) or state_of(doctor) == RESERVED then return 0 end
set_state(doctor, WRITING)
return 1
