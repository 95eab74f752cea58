-- token, lane, rank, own doctor or '', anyone_from -> match or nil. A token that waits already gets the new place.
local token, lane, rank, own, anyone_from = unpack(ARGV)
if field(key('token', token), 'doctor') then return false end
if waits(token) then dequeue(token) end
return seat(token, lane, rank, own, anyone_from)
