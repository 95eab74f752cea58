-- What every step of the line is made of. Put before each script; the names of the keys are explained in keys.py.
--
-- Two things hold after every script, and together they are the whole queue discipline:
--   a token is waiting, or held by exactly one doctor, or not here;
--   nobody waits whom a ready doctor could serve.
local call = redis.call
local root = KEYS[1]
local RESERVED, TALKING, WRITING, READY, PAUSED, OFFLINE =
  'reserved', 'talking', 'writing', 'ready', 'paused', 'offline'
local BUSY = { [RESERVED] = true, [TALKING] = true, [WRITING] = true }

local function key(kind, name)
  if name then return root .. ':' .. kind .. ':' .. name end
  return root .. ':' .. kind
end

local function field(name_of_key, name)
  return call('HGET', name_of_key, name) or nil
end

-- Doctors -----------------------------------------------------------------------------------------------------------

local function state_of(doctor)
  return field(key('doctor', doctor), 'state')
end

local function set_state(doctor, state)
  local before = state_of(doctor)
  if before then call('SREM', key('state', before), doctor) end
  call('SADD', key('state', state), doctor)
  call('HSET', key('doctor', doctor), 'state', state)
end

local function lanes_of(doctor)
  return string.gmatch(field(key('doctor', doctor), 'lanes') or '', '%S+')
end

-- Not to be matched by tokens that arrive.
local function withdraw(doctor)
  for lane in lanes_of(doctor) do call('ZREM', key('ready', lane), doctor) end
end

local function offer(doctor)
  local since = field(key('doctor', doctor), 'since')
  for lane in lanes_of(doctor) do call('ZADD', key('ready', lane), since, doctor) end
end

local function start_work(doctor)
  for lane in lanes_of(doctor) do call('SADD', key('working', lane), doctor) end
end

local function stop_work(doctor)
  for lane in lanes_of(doctor) do call('SREM', key('working', lane), doctor) end
end

-- Of a doctor who is not at work.
local function idle_state(doctor)
  return call('SISMEMBER', key('away'), doctor) == 1 and OFFLINE or PAUSED
end

local function pause(doctor)
  stop_work(doctor)
  call('HDEL', key('doctor', doctor), 'token', 'after', 'since')
  set_state(doctor, idle_state(doctor))
end

-- A match stands as long as the doctor holds this token.
local function stands(token, doctor)
  return field(key('doctor', doctor), 'token') == token
end

-- Tokens ------------------------------------------------------------------------------------------------------------

local function waits(token)
  return call('HEXISTS', key('token', token), 'lane') == 1
end

local function enqueue(token, lane, rank, own, anyone_from)
  call('HSET', key('token', token), 'lane', lane, 'rank', rank)
  call('SADD', key('lanes'), lane)
  call('ZADD', key('all', lane), rank, token)
  if own == '' then
    call('ZADD', key('open', lane), rank, token)
  else
    call('HSET', key('token', token), 'own', own)
    call('ZADD', key('own', own), rank, token)
    call('ZADD', key('patience'), anyone_from, token)
  end
end

-- Forget a waiting token.
local function dequeue(token)
  local lane, own = unpack(call('HMGET', key('token', token), 'lane', 'own'))
  call('ZREM', key('all', lane), token)
  if own then
    call('ZREM', key('own', own), token)
    call('ZREM', key('patience'), token)
  else
    call('ZREM', key('open', lane), token)
  end
  call('DEL', key('token', token))
end

-- Whoever waits longest for them among their own patients and the heads of their lanes; equal ranks go by token.
local function best_token(doctor)
  local best, best_rank
  local function consider(queue)
    local head = call('ZRANGE', queue, 0, 0, 'WITHSCORES')
    local token, rank = head[1], tonumber(head[2])
    if token and (not best or rank < best_rank or (rank == best_rank and token < best)) then
      best, best_rank = token, rank
    end
  end
  consider(key('own', doctor))
  for lane in lanes_of(doctor) do consider(key('open', lane)) end
  return best
end

-- Matches -----------------------------------------------------------------------------------------------------------

-- The token is in no queue any more, the doctor is not on offer.
local function reserve(token, doctor)
  call('HSET', key('token', token), 'doctor', doctor)
  call('HSET', key('doctor', doctor), 'token', token)
  set_state(doctor, RESERVED)
  local match = token .. ':' .. doctor
  call('RPUSH', key('matches'), match)
  return match
end

-- A doctor without a patient, who is not on offer, takes the best waiting token or is on offer from now.
local function claim(doctor)
  local token = best_token(doctor)
  if not token then
    set_state(doctor, READY)
    offer(doctor)
    return false
  end
  dequeue(token)
  return reserve(token, doctor)
end

-- The ready doctor for a token: its own while it waits for that one, else who has been ready longest.
local function free_doctor(lane, own)
  if own == '' then return call('ZRANGE', key('ready', lane), 0, 0)[1] end
  return state_of(own) == READY and own or nil
end

-- A token that does not wait yet gets a doctor or a place.
local function seat(token, lane, rank, own, anyone_from)
  local doctor = free_doctor(lane, own)
  if doctor then
    withdraw(doctor)
    return reserve(token, doctor)
  end
  enqueue(token, lane, rank, own, anyone_from)
  return false
end

-- The doctor's patient has gone: the next one, or the pause they asked for.
local function release(doctor, wants_more)
  local me = key('doctor', doctor)
  if not wants_more or field(me, 'after') == PAUSED then
    pause(doctor)
    return false
  end
  call('HDEL', me, 'token')
  call('HSET', me, 'since', call('INCR', key('turn')))
  return claim(doctor)
end
