"""What could not be answered, told in words that everybody uses: never a person's text. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.core.answer import Kind
from bot.core.effects import Gap, language_of
from bot.core.text import clean, is_unspaced, runs, sentences, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.answer import Decision
    from bot.core.conversation import Conversation
    from bot.core.effects import World
    from bot.core.index import Index, Shard
    from bot.core.lexicon import Lexicon

MOST = 4
"""Words that a group of questions is told by, at most."""

REASONS = ("none", "unsure", "out_of_scope", "not_helpful")
"""Why a question counts as a gap, as the last part of a message key."""

_FEWEST = 3  # phrases in which a word without a meaning stands, or it could be somebody's name
_SHORTEST, _LONGEST = 2, 40  # letters of a word
_LONGEST_UNSPACED = 6  # characters a word of a script without spaces has at most
_STOP, _STOP_UNKNOWN = 0.04, 0.004  # share of the phrases from which a word tells nothing; without a meaning
_NEVER_STOP, _NEVER_STOP_UNKNOWN = 100, 30  # phrases too few for that
_TINY = 1e-9
_NOUNS_ARE_CAPITAL = frozenset({"de"})
_PUNCTUATION = "()[]{}<>\"'“”„‘’«»…。，！？、؟،.,;:!?-–—"


def key(text: str, language: str, index: Index) -> tuple[str, ...]:
    """Returns the most telling words of `text` in `language` (a code), sorted, so that like questions get the same.

    Only words that the assistant knows: they have a meaning in the lexicon, or stand in several phrases. Nothing with
    a digit, no part of an address, and nothing that is written like a name.
    """
    shard = index.shards.get(language)
    if shard is None:
        return ()
    lexicon = index.lexicon(language, shard)
    found = {word for word in _words(text, language, lexicon) if _tells(word, shard, lexicon)}
    telling = sorted(found, key=lambda word: (-shard.vocabulary.get(word, shard.unseen), word))
    return tuple(sorted(telling[:MOST]))


def _words(text: str, language: str, lexicon: Lexicon) -> Iterator[str]:
    """Yields the folded words that may be told, in order."""
    for sentence in sentences(shortened(clean(text))):
        for place, piece in enumerate(sentence.split()):
            bare = piece.strip(_PUNCTUATION)
            if not _is_plain(bare) or (place and language not in _NOUNS_ARE_CAPITAL and _is_like_a_name(bare)):
                continue
            for run in runs(bare):
                yield from _known_in(run, lexicon) if is_unspaced(run) else (run,)


def _is_plain(piece: str) -> bool:
    """False for what holds a digit, and for addresses of people and pages."""
    return not any(sign.isnumeric() or sign in "@/\\._" for sign in piece)


def _is_like_a_name(piece: str) -> bool:
    return piece[:1].isupper() and not piece.isupper()


def _known_in(clause: str, lexicon: Lexicon) -> Iterator[str]:
    """Yields the known words of a clause without spaces, the longest each time."""
    at = 0
    while at < len(clause):
        sizes = range(min(_LONGEST_UNSPACED, len(clause) - at), 0, -1)
        size = next((size for size in sizes if clause[at : at + size] in lexicon.forms), 0)
        if size:
            yield clause[at : at + size]
        at += size or 1


def _tells(word: str, shard: Shard, lexicon: Lexicon) -> bool:
    """True for a known word that is not as common as “the”."""
    if not word.isalpha() or len(word) > _LONGEST or (len(word) < _SHORTEST and not is_unspaced(word)):
        return False
    phrases, size = _phrases_with(word, shard), 2 * math.exp(shard.unseen - 1)
    if word in lexicon.forms or word in lexicon.borrowed:
        return phrases <= max(_NEVER_STOP, _STOP * size)
    return phrases + _TINY >= _FEWEST and phrases <= max(_NEVER_STOP_UNKNOWN, _STOP_UNKNOWN * size)


def _phrases_with(word: str, shard: Shard) -> float:
    """Returns in how many phrases `word` stands, which its weight tells (see `bot.core.spaces.cosine_features`)."""
    weight = shard.vocabulary.get(word)
    return 0.0 if weight is None else 2 * math.exp(shard.unseen - weight) - 1


# ---- where a question stays unanswered -------------------------------------------------------------------


def of_decision(text: str, decision: Decision, language: str, world: World) -> tuple[Gap, ...]:
    """Returns the gap that `decision` about `text` shows, if it shows one. `language`: that of the reply."""
    if decision.kind not in {Kind.NONE, Kind.OUT_OF_SCOPE}:
        return ()
    written = decision.language if decision.language in world.brain.offered else language
    return _gap(text, written, decision.nearest or "", decision.kind.value, world)


def of_choices(state: Conversation, world: World) -> tuple[Gap, ...]:
    """Returns the gap where none of the choices for the last question was right."""
    last = state.recent[-1] if state.recent else None
    return _gap(last.text, language_of(state), last.entry or "", "unsure", world) if last and last.text else ()


def of_rating(state: Conversation, entry: str, world: World) -> tuple[Gap, ...]:
    """Returns the gap where the answer `entry` did not help."""
    asked = next((one.text for one in reversed(state.recent) if one.entry == entry), "")
    return _gap(asked, language_of(state), entry, "not_helpful", world)


def _gap(text: str, language: str, entry: str, reason: str, world: World) -> tuple[Gap, ...]:
    words = world.known_words(text, language)
    return (Gap(language, words, entry, reason),) if words or entry else ()
