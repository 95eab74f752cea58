"""The voice of the service: prompts rendered ahead into sounds for the telephone."""

from core.adapters.voice.library import SoundFiles, own_folders
from core.adapters.voice.prepare import Engine, load_phrasebooks, prepare, prepare_medicines
from core.adapters.voice.render import check_rendered, missing_sounds
from core.adapters.voice.sound import VoiceError

__all__ = [
    "Engine", "SoundFiles", "VoiceError", "check_rendered", "load_phrasebooks", "missing_sounds", "own_folders",
    "prepare", "prepare_medicines",
]  # fmt: skip
