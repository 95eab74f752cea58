"""The operator's desk: one file a page, each a function of a `Visit`."""
