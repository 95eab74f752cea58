-- -> matches: whoever waits though a doctor is ready for them is served, the smallest rank first
local queues, matches = {}, {}

local function look_at_head(queue)
  local head = call('ZRANGE', queue.name, 0, 0, 'WITHSCORES')
  queue.token, queue.rank = head[1], tonumber(head[2])
end

local function add_queue(name, lane, own)
  local queue = { name = name, lane = lane, own = own }
  look_at_head(queue)
  queues[#queues + 1] = queue
end

local function first_queue()
  local first
  for _, queue in ipairs(queues) do
    local token, rank = queue.token, queue.rank
    if token and (not first or rank < first.rank or (rank == first.rank and token < first.token)) then first = queue end
  end
  return first
end

for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do add_queue(key('open', lane), lane, '') end
for _, doctor in ipairs(call('SMEMBERS', key('state', READY))) do add_queue(key('own', doctor), nil, doctor) end

local queue = first_queue()
while queue do
  local doctor = free_doctor(queue.lane, queue.own)
  if doctor then
    withdraw(doctor)
    dequeue(queue.token)
    matches[#matches + 1] = reserve(queue.token, doctor)
    look_at_head(queue)
  else
    queue.token = nil -- doctors only become fewer here: nobody of this queue can be served any more
  end
  queue = first_queue()
end
return matches
