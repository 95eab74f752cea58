"""The fixtures that several rooms of tests share: cheap passwords, a Valkey server, and (live) a running switch."""

pytest_plugins = ("tests.cheap_passwords", "tests.live.asterisk_fixture", "tests.valkey")
