-- tokens… -> {those that neither wait nor are held…}, then {doctor, state, token or ''} of everybody at work
local unknown = {}
for _, token in ipairs(ARGV) do
  if call('EXISTS', key('token', token)) == 0 then unknown[#unknown + 1] = token end
end
local view = { unknown }
for _, state in ipairs({ READY, RESERVED, TALKING, WRITING }) do
  for _, doctor in ipairs(call('SMEMBERS', key('state', state))) do
    view[#view + 1] = { doctor, state, field(key('doctor', doctor), 'token') or '' }
  end
end
return view
