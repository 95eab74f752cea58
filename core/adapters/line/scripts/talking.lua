-- token, doctor -> 1 when they talk now
local token, doctor = ARGV[1], ARGV[2]
if not stands(token, doctor) then return 0 end
set_state(doctor, TALKING)
return 1
