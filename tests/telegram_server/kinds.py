"""One message of each kind that clients send and the other helpers do not: dice, polls, music, places, stories …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.telegram_server import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.telegram_server.state import Account, Chat, World

Json = dict[str, Any]

_FRAME = {"width": 320, "height": 240}
_PLACE = {"latitude": 55.73, "longitude": 12.36}


def content_of(kind: str, world: World, sender: Account, chat: Chat) -> Json:
    """The content of a message of this kind, one of `KINDS`, as its sender's client makes it."""
    return _MAKERS[kind](world, sender, chat)


def _file(world: World, kind: str, **fields: Any) -> Json:
    file = world.add_file(kind, f"{kind}.bin", "application/octet-stream", b"content")
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size, **fields}


def _animation(world: World, _sender: Account, _chat: Chat) -> Json:
    """A GIF comes as an animation and, for older bots, as a document too."""
    animation = _file(world, "animation", duration=2, **_FRAME)
    return {"animation": animation, "document": {key: animation[key] for key in ("file_id", "file_unique_id")}}


def _live_photo(world: World, _sender: Account, _chat: Chat) -> Json:
    """A photo that moves comes as a photo too."""
    still = _file(world, "photo", **_FRAME)
    return {"live_photo": _file(world, "live_photo", duration=2, photo=[still], **_FRAME), "photo": [still]}


def _poll(_world: World, _sender: Account, _chat: Chat) -> Json:
    options = [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("Yes", "No")]
    flags = ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only")
    shown = {"id": "1", "question": "Is it open?", "options": options, "total_voter_count": 0, "type": "regular"}
    return {"poll": shown | {"is_anonymous": True} | dict.fromkeys(flags, False)}


def _checklist(_world: World, _sender: Account, _chat: Chat) -> Json:
    return {
        "checklist": {"title": "To do", "tasks": [{"id": 1, "text": "Register"}, {"id": 2, "text": "Find a doctor"}]}
    }


def _giveaway(world: World, _sender: Account, chat: Chat) -> Json:
    until = world.clock.date() + 3600
    return {"giveaway": {"chats": [render.chat(world, chat)], "winners_selection_date": until, "winner_count": 1}}


def _invoice(_world: World, _sender: Account, _chat: Chat) -> Json:
    shown = {"title": "Ticket", "description": "One", "start_parameter": "", "currency": "DKK", "total_amount": 100}
    return {"invoice": shown}


_MAKERS: dict[str, Callable[[World, Account, Chat], Json]] = {
    "animation": _animation,
    "audio": lambda world, _sender, _chat: {"audio": _file(world, "audio", duration=60)},
    "checklist": _checklist,
    "dice": lambda _world, _sender, _chat: {"dice": {"emoji": "🎲", "value": 3}},
    "game": lambda world, _sender, _chat: {
        "game": {"title": "Chess", "description": "A game", "photo": [_file(world, "photo", **_FRAME)]}
    },
    "giveaway": _giveaway,
    "invoice": _invoice,
    "live_photo": _live_photo,
    "paid_media": lambda _world, _sender, _chat: {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
    "poll": _poll,
    "story": lambda world, _sender, chat: {"story": {"chat": render.chat(world, chat), "id": 1}},
    "venue": lambda _world, _sender, _chat: {
        "venue": {"location": _PLACE, "title": "Town hall", "address": "Hold-an Vej 7"},
        "location": _PLACE,
    },
    "video_note": lambda world, _sender, _chat: {"video_note": _file(world, "video_note", length=240, duration=3)},
}

KINDS = tuple(_MAKERS)
