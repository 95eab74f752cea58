-- token -> 1 when it waited and is out now
local token = ARGV[1]
if not waits(token) then return 0 end
dequeue(token)
return 1
