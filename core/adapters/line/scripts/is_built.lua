-- -> 1 when the line was ever rebuilt
return call('EXISTS', key('built'))
