"""The palette: everybody can tell the ratings apart and read the words on them."""

import itertools

import numpy as np
import pytest

from kepu_eval.report.palette import INK, PAPER, TONES, tone_of

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
SEEN_BY = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 1e-4, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(a: str, b: str) -> float:
    dark, bright = sorted(float(TO_XYZ[1] @ linear(c)) for c in (a, b))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("eye", SEEN_BY)
def test_every_two_tones_stay_apart_for_every_eye(eye):
    for a, b in itertools.combinations(TONES.values(), 2):
        distance = np.linalg.norm(lab(SEEN_BY[eye] @ linear(a.strong)) - lab(SEEN_BY[eye] @ linear(b.strong)))
        assert distance > 30, (a.name, b.name)


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_words_on_a_tone_are_readable(tone):
    assert contrast(tone.light, tone.text) >= 7
    assert contrast(tone.strong, tone.on_strong) >= 4.5
    assert contrast(PAPER, tone.text) >= 4.5


def test_symbols_differ_and_are_in_every_chinese_font():
    symbols = [tone.symbol for tone in TONES.values()]
    assert len(set(symbols)) == len(TONES)
    assert all(len(symbol.encode("gb2312")) == 2 for symbol in symbols)


def test_only_missing_data_is_hatched():
    assert [name for name, tone in TONES.items() if tone.hatch] == ["unknown"]


@pytest.mark.parametrize(
    ("rating", "tone"),
    [
        ("完成", "done"), ("基本完成", "near"), ("达到序时", "going"), ("基本达到序时", "going"), ("正在推进", "going"),
        ("滞后", "late"), ("严重滞后", "late"), ("未完成", "late"), ("未启动", "none"), ("数据不足", "unknown"),
        ("不定级", ""), ("滞后＋数据不足×1", "late"), ("已批准例外", "excepted"), ("完成＋含例外×1", "done"),
    ],
)  # fmt: skip
def test_each_rating_has_its_tone(rating, tone):
    assert tone_of(rating) == tone


def test_an_unknown_rating_is_refused():
    with pytest.raises(ValueError, match="优秀"):
        tone_of("优秀")


def test_ink_is_readable_on_paper():
    assert contrast(INK, PAPER) > 12
