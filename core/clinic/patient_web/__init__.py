"""What patients do on the web: open a link by a second fact, come in by a code, read their papers, see their place."""
