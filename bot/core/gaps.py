"""What could not be answered, told in words that everybody uses: never a person's text. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bot.core.answer import Kind
from bot.core.effects import Gap, language_of
from bot.core.scrubbing import scrub
from bot.core.text import is_unspaced, runs, sentences, shortened

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

_FEWEST = 3  # phrases in which a word stands where there is no lexicon, or it could be somebody's name
_SHORTEST, _LONGEST = 2, 40  # letters of a word
_LONGEST_UNSPACED = 6  # characters a word of a script without spaces has at most
_COMMON, _NEVER_COMMON = 0.04, 100  # share of the phrases from which a word tells nothing; phrases too few for that
_TINY = 1e-9
_SAY_NOTHING = frozenset(
    {
        *("can", "may", "must", "want", "need", "have", "exist", "be", "do", "let", "know", "tell", "say", "ask"),
        *("how", "what", "where", "when", "who", "why", "which", "me", "somebody", "something", "question"),
        *("hello", "good", "please", "thanks", "name"),
    }
)
"""Meanings that alone say nothing of what is asked; “name” is also the meaning of names."""

_NOUNS_ARE_CAPITAL = frozenset({"de"})
_PUNCTUATION = "(){}<>\"'“”„‘’«»…。，！？、؟،.,;:!?-–—"


def key(text: str, language: str, index: Index) -> tuple[str, ...]:
    """Returns the most telling words of `text` in `language` (a code), sorted, so that like questions get the same.

    Only words that have a meaning in the language's lexicon; where it has none, words of several phrases. Nothing with
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
    for sentence in sentences(scrub(shortened(text))):
        for place, piece in enumerate(sentence.split()):
            bare = piece.strip(_PUNCTUATION)
            if not _is_plain(bare) or (place and language not in _NOUNS_ARE_CAPITAL and _is_like_a_name(bare)):
                continue
            for run in runs(bare):
                yield from _known_in(run, lexicon) if is_unspaced(run) else (run,)


def _is_plain(piece: str) -> bool:
    """False for what holds a digit, for addresses, and for the marks of what was taken out."""
    return not any(sign.isnumeric() or sign in "@/\\._[]" for sign in piece)


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
    """True for a known word that says something of what is asked."""
    if not word.isalpha() or len(word) > _LONGEST or (len(word) < _SHORTEST and not is_unspaced(word)):
        return False
    weight = shard.vocabulary.get(word)
    # The weight of a word tells in how many of all phrases it stands, see `bot.core.spaces.cosine_features`.
    phrases = 0.0 if weight is None else 2 * math.exp(shard.unseen - weight) - 1
    if phrases > max(_NEVER_COMMON, _COMMON * 2 * math.exp(shard.unseen - 1)):
        return False
    if not lexicon.forms:
        return phrases + _TINY >= _FEWEST
    meaning = lexicon.forms.get(word) or lexicon.borrowed.get(word) or ()
    return any(one.islower() and one not in _SAY_NOTHING for one in meaning)


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
