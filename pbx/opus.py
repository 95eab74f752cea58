"""Which module of the installed Asterisk speaks Opus: browsers' codec, which bears a bad network better than A-law."""

from pathlib import Path

from pbx import install

MODULES = ("codec_opus_open_source.so", "codec_opus.so")
"""As Debian packages it, and as its makers hand it out."""


def opus_module(prefix: Path) -> str | None:
    """Its file's name; None where there is none: browsers then speak A-law, which nobody has to translate."""
    folder = install.asterisk_modules(prefix.absolute())
    return next((name for name in MODULES if (folder / name).exists()), None)
