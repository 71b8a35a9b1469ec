"""How far a person has come in a guide: kept, and fitted to what its definition knows today. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.core.conversation import Progress
from bot.core.guide_replies import GRANTS, asks_of
from bot.core.guides import AskType
from bot.core.reading import OTHER, UNKNOWN, limit

if TYPE_CHECKING:
    from bot.core.conversation import Conversation
    from bot.core.effects import World
    from bot.core.guides import Ask


def progress_of(state: Conversation, name: str, world: World) -> Progress:
    """Returns how far the person has come in a guide, without what its definition no longer knows."""
    known = next((one for one in state.progress if one.guide == name), Progress(name))
    asks = asks_of(world.knowledge, name)
    answers = {key: value for key, value in known.answers.items() if key in asks and fits(asks[key], value)}
    steps = () if name == GRANTS else world.knowledge.guides.checklists[name].steps
    done = tuple(step for step in known.done if step in {each.id for each in steps})
    at = known.at if known.at in asks else None
    return replace(known, answers=answers, done=done, at=at, asked=tuple(each for each in known.asked if each in asks))


def fits(ask: Ask, value: str) -> bool:
    """Returns whether `value` can be an answer to `ask`."""
    if value == UNKNOWN:
        return True
    match ask.type:
        case AskType.CHOICE:
            return value == OTHER or value in ask.options
        case AskType.YES_NO:
            return value in {"yes", "no"}
        case AskType.NUMBER:
            return value.isdecimal() and int(value) <= limit(ask)
        case AskType.DATE:
            return _is_day(value)
        case AskType.CVR | AskType.TEXT:
            return bool(value)


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def keep(state: Conversation, progress: Progress, *, active: bool = True) -> Conversation:
    """Returns the conversation with this progress; `active`: the person is in that guide now."""
    others = tuple(one for one in state.progress if one.guide != progress.guide)
    return replace(state, progress=(*others, progress), guide=progress.guide if active else None, aside=False)
