"""Setting the service up and keeping it going: staff, duty roster, hours, settings, prompts, the audit log."""
