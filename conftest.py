"""The fixtures that several rooms of tests share: a Valkey server, and (for live tests) a running switch."""

pytest_plugins = ("tests.live.asterisk_fixture", "tests.valkey")
