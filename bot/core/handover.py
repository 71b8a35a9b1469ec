"""Handing a question over to a person: the preview, the consent, and to whom the next words go. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import own, replies
from bot.core.conversation import Draft
from bot.core.effects import OpenTicket, language_of, say
from bot.core.text import clean
from bot.core.ways_out import WAYS_OUT

if TYPE_CHECKING:
    from bot.core.conversation import Conversation
    from bot.core.effects import Step, World
    from bot.core.model import Content


def button(state: Conversation, argument: str, world: World) -> Step:
    """Carries out a button of handing over: `<verb>` or `<verb>:<number>`."""
    verb, _, number = argument.partition(":")
    if verb == "ask":
        return ask(state, world)
    if verb == "bot" and state.ticket is not None:
        number = str(state.ticket)
        return replace(state, ticket=None), (say(state, replies.bot_again(number)),)
    if verb == "staff" and number in {str(ticket) for ticket in world.open_tickets}:
        back = replace(state, ticket=int(number), step="idle", draft=None)
        return back, (say(back, replies.staff_again(number)),)
    draft = state.draft
    if draft is None or number != str(draft.number):
        return state, (say(state, replies.plain("stale-button", WAYS_OUT)),)
    return _draft_button(state, draft, verb, world)


def _draft_button(state: Conversation, draft: Draft, verb: str, world: World) -> Step:
    if verb == "send" and state.step == "consent":
        if own.is_full(world, urgent=draft.urgent):  # the draft stays: there may be room for it soon
            return state, (say(state, own.full(world)),)
        sent = replace(state, step="idle", draft=None, files=(), recent=(), guide=None)
        return sent, (OpenTicket(draft, language_of(state)),)
    if verb == "edit":
        emptied = replace(draft, number=state.drafts + 1, lines=(), earlier=(), files=())
        return replace(state, step="compose", draft=emptied, drafts=emptied.number, files=()), (
            say(state, replies.compose(emptied.number)),
        )
    if verb == "cancel":
        return replace(state, step="idle", draft=None, files=()), (
            say(state, replies.plain("handover-cancelled", WAYS_OUT)),
        )
    return state, (say(state, replies.plain("stale-button", WAYS_OUT)),)


def ask(state: Conversation, world: World) -> Step:
    """A person is wanted: preview the last question, or ask what to pass on when there is none."""
    if state.ticket is not None:
        return state, (say(state, replies.staff_again(str(state.ticket))),)
    if state.draft is not None and state.step == "consent":
        return state, (say(state, _preview_of(state, state.draft, world)),)
    draft = _draft(state, world, urgent=False)
    if not draft.lines and not draft.files:
        waiting = replace(state, step="compose", draft=draft, drafts=draft.number)
        return waiting, (say(waiting, replies.compose(draft.number)),)
    return preview(state, world)


def _draft(state: Conversation, world: World, *, urgent: bool) -> Draft:
    last = state.recent[-1] if state.recent else None
    entries = [exchange.entry for exchange in reversed(state.recent) if exchange.entry]
    return Draft(
        number=state.drafts + 1,
        lines=(last.text,) if last and last.text else (),
        earlier=tuple(exchange for exchange in state.recent[:-1] if exchange.text and exchange.text != last.text)
        if last
        else (),
        files=state.files,
        # Which danger was spoken of stays between the person and the assistant.
        entry=next((entry for entry in entries if not _is_urgent(entry, world)), None),
        urgent=urgent or any(_is_urgent(entry, world) for entry in entries),
    )


def _is_urgent(entry: str, world: World) -> bool:
    known = world.knowledge.entries.get(entry)
    return known is not None and known.urgent


def preview(state: Conversation, world: World, *, intro: str | None = None, urgent: bool = False) -> Step:
    """Shows what would be passed on, and asks whether the person agrees."""
    draft = _draft(state, world, urgent=urgent)
    state = replace(state, step="consent", draft=draft, drafts=draft.number)
    return state, (say(state, _preview_of(state, draft, world, intro)),)


def _preview_of(state: Conversation, draft: Draft, world: World, intro: str | None = None) -> Content:
    return replies.preview(world.knowledge, draft, language_of(state), served=world.served, intro=intro)


def add(state: Conversation, text: str, world: World) -> Step:
    """Text written while the preview stands is added to it and shown again under a new number."""
    draft = state.draft or _draft(state, world, urgent=False)
    lines = (*draft.lines, text) if clean(text) else draft.lines
    if not lines and not draft.files:
        return state, (say(state, replies.compose(draft.number)),)
    grown = replace(draft, number=state.drafts + 1, lines=lines)
    state = replace(state, step="consent", draft=grown, drafts=grown.number)
    return state, (say(state, _preview_of(state, grown, world)),)
