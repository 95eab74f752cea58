-- taker, the match it got last or '' -> a match that this taker was given and never received, or nil
local taken = key('taken', ARGV[1])
call('SADD', key('takers'), ARGV[1])
if ARGV[2] ~= '' then call('LREM', taken, 1, ARGV[2]) end
while true do
  local match = call('LINDEX', taken, 0)
  if not match then return false end
  local token, doctor = string.match(match, '^(.-):(.*)$')
  if stands(token, doctor) and state_of(doctor) == RESERVED then return match end
  call('LPOP', taken)
end
