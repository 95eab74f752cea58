-- -> matches
local matches = {}

for _, token in ipairs(call('ZRANGE', key('patience'), 0, -1)) do
  local own = field(key('token', token), 'own')
  if own and state_of(own) == READY then matches[#matches + 1] = claim(own) end
end

for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
  while call('EXISTS', key('open', lane)) == 1 do
    local doctor = free_doctor(lane, '')
    if not doctor then break end
    matches[#matches + 1] = claim(doctor)
  end
end

return matches
