"""The web: panels of doctors and operators, patients' links, webhooks and probes. `web.routes` lists every page."""
