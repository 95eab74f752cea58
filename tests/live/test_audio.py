"""The live tests' ear is itself tested: it must not hear what was not there."""

from pathlib import Path

import numpy as np
import pytest

from tests.live.audio import Heard, contains, longest_silence, read_wav, rms_dbfs, telephone, write_voice, write_wav


def mu_law(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """There and back through G.711's curve."""
    code = np.round(np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256) * 127) / 127
    back: np.ndarray[tuple[int], np.dtype[np.float64]] = np.sign(code) * np.expm1(np.abs(code) * np.log(256)) / 255
    return back


def test_prompts_are_found_through_mu_law_gaps_and_repeats(tmp_path: Path) -> None:
    prompts = {str(seed): write_voice(tmp_path / f"{seed}.wav", seed) for seed in range(6)}
    one, two = telephone(prompts["1"]), telephone(prompts["2"])
    gap = np.zeros(8000)
    with_loss = np.concatenate([one[:9000], one[9160:]])
    call = np.concatenate([gap, 0.4 * with_loss, gap, two, gap, two[:12000], one])
    heard = write_wav(tmp_path / "heard.wav", mu_law(call))
    transcript = Heard(heard).transcript(prompts)
    assert [name for _, name in transcript] == ["1", "2", "1"]
    assert [at for at, _ in transcript] == pytest.approx([1.0, 4.98, 10.48], abs=0.03)
    assert [found.at for found in Heard(heard).find(prompts["2"], first=1.2)] == pytest.approx([4.98, 8.98], abs=0.01)
    assert contains(heard, prompts["3"]) is None


def test_unfinished_header_is_read_to_the_end(tmp_path: Path) -> None:
    path = write_voice(tmp_path / "voice.wav", 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes(4) + whole[44:-1])
    samples, rate = read_wav(path)
    assert (len(samples), rate) == ((len(whole) - 44) // 2 - 1, 8000)
    path.write_bytes(b"not a wav at all")
    with pytest.raises(ValueError, match=r"voice\.wav: not a wav"):
        read_wav(path)


def test_levels_and_silence(tmp_path: Path) -> None:
    loud, still = np.full(4000, 0.5), np.zeros(12000)
    path = write_wav(tmp_path / "x.wav", np.concatenate([still[:4000], loud, still, loud]))
    assert longest_silence(path) == pytest.approx(1.5)
    assert longest_silence(path, end=1.5) == pytest.approx(0.5)
    assert rms_dbfs(write_wav(path, loud)) == pytest.approx(-6.02, abs=0.01)
    assert rms_dbfs(write_wav(path, still)) == float("-inf")
