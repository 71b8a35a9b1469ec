"""An optional sentence encoder, run with NumPy: a folder with tokenizer.json, config.json and model.safetensors.

Models of the BERT kind (Devlin and others 2019) with mean pooling are understood, as sentence-transformers publishes
them: all-MiniLM-L6-v2, paraphrase-multilingual-MiniLM-L12-v2, e5-small. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Singles = NDArray[np.float32]

_BATCH = 32  # texts encoded together, of like length
_LONGEST = 128  # tokens read of a text
_KEPT = 2048  # texts whose vectors are remembered
_FILES = ("tokenizer.json", "config.json", "model.safetensors")
_KINDS = frozenset({"bert"})
_MASKED = np.float32(-1e9)


class Encoder:
    """Turns texts into vectors of length 1; alike texts get near vectors. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Reads the model in `folder`. Raises SettingsError naming what is missing or not understood."""
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise _wrong(f"{folder} has no {', no '.join(missing)}")
        try:
            from safetensors.numpy import load_file  # optional libraries, see `pyproject.toml`
            from tokenizers import Tokenizer
        except ImportError as error:
            raise _wrong(f"{error.name} is not installed: pip install '.[encoder]'") from error
        try:
            self._config: Mapping[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._weights = _without_prefix(load_file(folder / "model.safetensors"))
        except Exception as error:  # the libraries raise classes of their own
            raise _wrong(f"{folder} cannot be read: {type(error).__name__}: {error}") from error
        if self._config.get("model_type") not in _KINDS:
            kind = self._config.get("model_type")
            raise _wrong(f"{folder} holds a model of the kind {kind!r}, which is not understood")
        self._folder = folder
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(min(_LONGEST, int(self._config["max_position_embeddings"])))
        self.width = int(self._config["hidden_size"])
        self.name = _name(folder)
        self._remembered = lru_cache(_KEPT)(self._one)

    def __reduce__(self) -> tuple[type[Encoder], tuple[Path]]:
        return Encoder, (self._folder,)  # another process reads the model itself

    def __call__(self, text: str) -> Singles:
        """Returns the vector of one `text`; remembers the latest ones."""
        return self._remembered(text)

    def many(self, texts: Sequence[str]) -> Singles:
        """Returns the vectors of `texts`, one a row, computed in batches of like length."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        result = np.zeros((len(texts), self.width), dtype=np.float32)
        order = iter(sorted(range(len(texts)), key=lambda row: len(tokens[row])))
        while batch := list(islice(order, _BATCH)):
            result[batch] = self._forward([tokens[row] for row in batch])
        return result

    def _one(self, text: str) -> Singles:
        vector: Singles = self._forward([self._tokenizer.encode(text).ids])[0]
        vector.setflags(write=False)  # shared by all who ask for this text
        return vector

    def _forward(self, rows: Sequence[Sequence[int]]) -> Singles:
        """Returns the mean of the last layer over each row's tokens, at length 1."""
        longest = max(1, *(len(row) for row in rows))
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.float32)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        state = self._embedded(ids)
        for layer in range(int(self._config["num_hidden_layers"])):
            state = self._layer(f"encoder.layer.{layer}", state, (1 - mask)[:, None, None, :] * _MASKED)
        mean = np.einsum("btw,bt->bw", state, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        result: Singles = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        return result

    def _embedded(self, ids: NDArray[np.int64]) -> Singles:
        weights = self._weights
        state = weights["embeddings.word_embeddings.weight"][ids]
        state = state + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        state = state + weights["embeddings.token_type_embeddings.weight"][0]
        return self._normal("embeddings.LayerNorm", state)

    def _layer(self, name: str, state: Singles, hidden: Singles) -> Singles:
        texts, length, width = state.shape
        heads = int(self._config["num_attention_heads"])

        def split(part: str) -> Singles:
            by_head = self._linear(f"{name}.attention.self.{part}", state).reshape(texts, length, heads, -1)
            return by_head.transpose(0, 2, 1, 3)

        query, key, value = split("query"), split("key"), split("value")
        looks = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(width // heads)) + hidden
        looks = np.exp(looks - looks.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        seen = (looks @ value).transpose(0, 2, 1, 3).reshape(texts, length, width)
        state = self._normal(
            f"{name}.attention.output.LayerNorm", state + self._linear(f"{name}.attention.output.dense", seen)
        )
        inner = _gelu(self._linear(f"{name}.intermediate.dense", state))
        return self._normal(f"{name}.output.LayerNorm", state + self._linear(f"{name}.output.dense", inner))

    def _linear(self, name: str, state: Singles) -> Singles:
        result: Singles = state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _normal(self, name: str, state: Singles) -> Singles:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(self._config["layer_norm_eps"]))
        result: Singles = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result


def _wrong(reason: str) -> SettingsError:
    return SettingsError(
        name="BOT_ENCODER", reason=reason, example="a folder with tokenizer.json and model.safetensors"
    )


def _without_prefix(weights: Mapping[str, Any]) -> dict[str, Singles]:
    """Returns the weights under the names of the bare model, in single precision."""
    return {name.removeprefix("bert."): np.asarray(value, dtype=np.float32) for name, value in weights.items()}


def _name(folder: Path) -> str:
    """Returns a name that changes when another model lies in `folder`."""
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    for name in ("tokenizer.json", "model.safetensors"):
        state = (folder / name).stat()
        digest.update(f"{name} {state.st_size} {state.st_mtime_ns}".encode())
    return digest.hexdigest()[:24]


def _gelu(values: Singles) -> Singles:
    """x times the normal distribution's share below x; the error function by Abramowitz and Stegun (1964), 7.1.26."""
    size = np.abs(values) * np.float32(math.sqrt(0.5))
    part = 1 / (1 + np.float32(0.3275911) * size)
    series = part * (
        0.254829592 + part * (-0.284496736 + part * (1.421413741 + part * (-1.453152027 + part * 1.061405429)))
    )
    erf = np.copysign(1 - series * np.exp(-size * size), values)
    result: Singles = (0.5 * values * (1 + erf)).astype(np.float32)
    return result
