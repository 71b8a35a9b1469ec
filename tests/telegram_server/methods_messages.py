"""Sending, copying and forwarding texts, places, contacts and whole messages."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.telegram_server import render
from tests.telegram_server.access import Place, editable, find_message, find_thread, readable, writable
from tests.telegram_server.errors import bad
from tests.telegram_server.posting import caption_content, post, text_content
from tests.telegram_server.words import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.telegram_server.state import Json, Stored, World

Params = dict[str, Any]

MESSAGES_AT_ONCE = 100
_ACTIONS = words(
    """
    typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location
    record_video_note upload_video_note cancel
    """
)
_MEDIA = frozenset({"photo", "document", "voice", "video", "sticker", "audio", "animation"})
_SERVICE = words(
    """
    forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened pinned_message new_chat_title
    new_chat_members left_chat_member migrate_to_chat_id migrate_from_chat_id
    """
)
_RIGHT = {
    "photo": "can_send_photos",
    "document": "can_send_documents",
    "voice": "can_send_voice_notes",
    "video": "can_send_videos",
}


def send_message(world: World, params: Params) -> Json:
    content = text_content(params)
    return render.message(world, post(world, writable(world, params), content, params))


def send_location(world: World, params: Params) -> Json:
    latitude, longitude = params["latitude"], params["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location coordinates specified")
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    location = {name: params[name] for name in names if name in params}
    return render.message(world, post(world, writable(world, params), {"location": location}, params))


def send_contact(world: World, params: Params) -> Json:
    if not params["phone_number"] or not params["first_name"]:
        raise bad("PHONE_NUMBER_INVALID" if params["first_name"] else 'field "first_name" must be non-empty')
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: params[name] for name in names if params.get(name)}
    return render.message(world, post(world, writable(world, params), {"contact": contact}, params))


def send_chat_action(world: World, params: Params) -> bool:
    if params["action"] not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat = editable(world, params)
    thread_id = params.get("message_thread_id")
    if thread_id:
        find_thread(chat, thread_id)
    chat.actions.append((params["action"], thread_id))
    world.touch()
    return True


def copy_message(world: World, params: Params) -> Json:
    """The content anew, without its sender: nothing of the copy leads back to the source."""
    source = readable(world, params, "from_chat_id")
    original = find_message(world, source, params.get("message_id"), "message to copy")
    stored = _copy(world, original, params)
    return {"message_id": stored.id}


def copy_messages(world: World, params: Params) -> list[Json]:
    """Copies several at once; what was an album is one again."""
    caption = {"caption": ""} if params.get("remove_caption") else {}
    albums: dict[str, str] = {}

    def copy(original: Stored) -> Stored:
        album = original.media_group_id
        if album:
            album = albums.setdefault(album, str(13_000_000_000 + world.serial()))
        return _copy(world, original, params | caption, media_group_id=album)

    return _each(world, params, "message to copy", copy)


def forward_message(world: World, params: Params) -> Json:
    source = readable(world, params, "from_chat_id")
    original = find_message(world, source, params.get("message_id"), "message to forward")
    return render.message(world, _forward(world, original, params))


def forward_messages(world: World, params: Params) -> list[Json]:
    return _each(world, params, "message to forward", lambda original: _forward(world, original, params))


def _each(world: World, params: Params, what: str, act: Callable[[Stored], Stored]) -> list[Json]:
    """Does the same for each of `message_ids`, leaving out those that are gone or cannot be passed on."""
    source = readable(world, params, "from_chat_id")
    identifiers = params["message_ids"]
    check_identifiers(identifiers)
    done: list[Json] = []
    for original in [world.message(source.id, identifier) for identifier in identifiers]:
        if original is None or _unmovable(original):
            continue
        done.append({"message_id": act(original).id})
    if not done:
        raise bad(f"{what.replace('message', 'messages', 1)} not found")
    return done


def check_identifiers(identifiers: list[int], *, ordered: bool = True) -> None:
    if not identifiers:
        raise bad("message identifiers are not specified")
    if len(identifiers) > MESSAGES_AT_ONCE:
        raise bad("too many message identifiers specified")
    if min(identifiers) <= 0:
        raise bad("invalid message identifier specified")
    if ordered and any(one >= other for one, other in pairwise(identifiers)):
        raise bad("message identifiers must be in a strictly increasing order")


def _unmovable(original: Stored) -> bool:
    return original.protected or not _SERVICE.isdisjoint(original.content)


def _copy(world: World, original: Stored, params: Params, **details: Any) -> Stored:
    _check_movable(original, "copied")
    content = dict(original.content)
    if "caption" in params and not _MEDIA.isdisjoint(content):
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= caption_content(params)
    place = _destination(world, params, content)
    return post(world, place, content, params, **details)


def _forward(world: World, original: Stored, params: Params) -> Stored:
    _check_movable(original, "forwarded")
    origin = original.forward_origin or {
        "type": "user",
        "date": original.date,
        "sender_user": render.user(world.accounts[original.sender_id]),
    }
    place = _destination(world, params, original.content)
    return post(world, place, dict(original.content), params, forward_origin=origin)


def _check_movable(original: Stored, how: str) -> None:
    if original.protected:
        raise bad("message has protected content and can't be forwarded")
    if _unmovable(original):
        raise bad(f"message can't be {how}")


def _destination(world: World, params: Params, content: Json) -> Place:
    kind = next((name for name in _RIGHT if name in content), "")
    return writable(world, params, _RIGHT.get(kind, "can_send_messages"))
