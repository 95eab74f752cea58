-- states as JSON list, waiters and servers as JSON lists of lists: everything before is forgotten, nothing is matched
local states, waiters, servers = cjson.decode(ARGV[1]), cjson.decode(ARGV[2]), cjson.decode(ARGV[3])

for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
  for _, token in ipairs(call('ZRANGE', key('all', lane), 0, -1)) do dequeue(token) end
end
for _, state in ipairs(states) do
  for _, doctor in ipairs(call('SMEMBERS', key('state', state))) do
    withdraw(doctor)
    stop_work(doctor)
    local token = field(key('doctor', doctor), 'token')
    if token then call('DEL', key('token', token)) end
    call('DEL', key('doctor', doctor))
  end
  call('DEL', key('state', state))
end
for _, taker in ipairs(call('SMEMBERS', key('takers'))) do call('DEL', key('taken', taker)) end
call('DEL', key('takers'), key('matches'), key('lanes'), key('turn'))

for _, waiter in ipairs(waiters) do enqueue(unpack(waiter)) end
for _, server in ipairs(servers) do
  local doctor, lanes, state, token = unpack(server)
  call('HSET', key('doctor', doctor), 'lanes', lanes)
  set_state(doctor, state == PAUSED and idle_state(doctor) or state)
  if BUSY[state] then
    start_work(doctor)
    call('HSET', key('doctor', doctor), 'token', token)
    call('HSET', key('token', token), 'doctor', doctor)
  elseif state == READY then
    start_work(doctor)
    call('HSET', key('doctor', doctor), 'since', call('INCR', key('turn')))
    offer(doctor)
  end
end
call('SET', key('built'), 1)
return redis.status_reply('OK')
