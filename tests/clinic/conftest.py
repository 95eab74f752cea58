"""The small clinic of the web's tests serves these, too."""

from tests.web.conftest import house, model

__all__ = ["house", "model"]  # fixtures
