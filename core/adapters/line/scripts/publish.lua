-- topic, event as JSON -> how many heard it
return call('PUBLISH', key('event', ARGV[1]), ARGV[2])
