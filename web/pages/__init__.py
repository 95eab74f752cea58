"""One file a page, or a few pages that belong together; `web.routes` lists their addresses."""
