-- key, seconds -> how often it was asked for within this window
local count = call('INCR', key('limit', ARGV[1]))
if count == 1 then call('EXPIRE', key('limit', ARGV[1]), ARGV[2]) end
return count
