"""The fixtures of a running switch, for live tests."""

pytest_plugins = ("tests.live.asterisk_fixture",)
