-- token, doctor, 1 = doctor stays ready, then either nothing or lane, rank, own, anyone_from -> match or nil
local token, doctor, wants_more, lane, rank, own, anyone_from = unpack(ARGV)
if not stands(token, doctor) or state_of(doctor) ~= RESERVED then return false end
call('LREM', key('matches'), 0, token .. ':' .. doctor)
call('DEL', key('token', token))
-- The token first: other doctors may be ready for it. If it waits for this one alone, `release` finds it again.
local elsewhere = lane and seat(token, lane, rank, own, anyone_from)
return release(doctor, wants_more == '1') or elsewhere
