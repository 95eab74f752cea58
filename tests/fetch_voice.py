"""Fetches the natural voice for its own tests; everything else is tested with the quick one (`make setup-dev`)."""

from config.settings import CHECKOUT, load_settings
from core.adapters.voice import load_phrasebooks
from core.adapters.voice.kokoro_parts import kokoro_folder


def main() -> None:
    """Into `.build/voice/kokoro`, where it is not there yet. Raises `VoiceError` when it cannot be had."""
    books = load_phrasebooks(load_settings().prompts)
    kokoro_folder(CHECKOUT / ".build" / "voice" / "kokoro", [book.voice.kokoro for book in books if book.voice.kokoro])


if __name__ == "__main__":
    main()
