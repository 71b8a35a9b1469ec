"""A strict reading of the Bot API's schema, taken from aiogram's typed methods and objects.

Telegram overlooks an unknown field; here it is a violation, because it means a typing error or a field of another
version. Pydantic's own validation is not used: aiogram's models let extra fields pass.
"""

from __future__ import annotations

import datetime
import json
import re
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import aiogram.methods
from aiogram.client.default import Default
from aiogram.types import InputFile
from pydantic import BaseModel

from tests.telegram_server.wire import Arguments, Upload
from tests.telegram_server.words import words

SUPPORTED = words(
    """
    getMe getUpdates setWebhook deleteWebhook getWebhookInfo
    sendMessage sendPhoto sendDocument sendVoice sendVideo sendLocation sendContact sendMediaGroup sendChatAction
    copyMessage copyMessages forwardMessage forwardMessages
    editMessageText editMessageCaption editMessageMedia editMessageReplyMarkup deleteMessage deleteMessages
    answerCallbackQuery answerInlineQuery setMessageReaction pinChatMessage unpinChatMessage
    createForumTopic editForumTopic closeForumTopic reopenForumTopic deleteForumTopic unpinAllForumTopicMessages
    getFile getChat getChatMember getChatAdministrators leaveChat
    setMyCommands getMyCommands deleteMyCommands setMyName getMyName setMyDescription getMyDescription
    setMyShortDescription getMyShortDescription setChatMenuButton getChatMenuButton
    """
)
MODELS: dict[str, type[BaseModel]] = {
    name.lower(): getattr(aiogram.methods, name[0].upper() + name[1:]) for name in SUPPORTED
}
NAMES = {name.lower(): name for name in SUPPORTED}
UNMODELLED = words(
    """
    business_connection_id direct_messages_topic_id suggested_post_parameters ephemeral_message_parameters
    receiver_user_id rich_message inline_message_id
    """
)
"""Parameters of the schema that this server gives no meaning to: using one is a violation, not silently ignored."""

_INTEGER = re.compile(r"-?\d{1,18}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Checked(NamedTuple):
    """A value as its type has it, and what was wrong with it: `path: reason`."""

    value: Any
    problems: tuple[str, ...]


def check_call(name: str, arguments: Arguments) -> Checked:
    """Checks a call of the supported method `name` (any case); the value is a dict of typed parameters."""
    fields = _fields(MODELS[name.lower()])
    values: dict[str, Any] = {}
    problems: list[str] = []
    raw: dict[str, Any] = dict(arguments.values)
    raw.update({key: upload for key, upload in arguments.files.items() if key in fields})
    for key, value in raw.items():
        if key not in fields:
            problems.append(f'{key}: unknown parameter "{key}"')
            continue
        if key in UNMODELLED and value not in ("", None):
            problems.append(f"{key}: not modelled by this server")
        checked = check(_decoded(value, fields[key].hint), fields[key].hint, key, arguments.files)
        problems.extend(checked.problems)
        values[key] = checked.value
    problems.extend(
        f'{key}: parameter "{key}" is required' for key in fields if fields[key].required and key not in raw
    )
    return Checked({key: value for key, value in values.items() if value is not None}, tuple(problems))


def check(value: Any, hint: Any, path: str, files: dict[str, Upload] | None = None) -> Checked:
    """Checks a JSON value against a type of the schema: `check(update, aiogram.types.Update, "update")`."""
    files = files or {}
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    members = _members(hint)
    if value is None:
        return Checked(None, () if NoneType in members else (f"{path}: must not be null",))
    if isinstance(value, str) and value.startswith("attach://") and InputFile in members:
        return _file(value, path, files)
    tries = [_check_one(value, member, path, files) for member in members if member is not NoneType]
    return min(tries, key=lambda checked: (len(checked.problems), -_depth(checked.problems)))


def _depth(problems: tuple[str, ...]) -> int:
    """How deep the first problem lies: the member of a union that fits furthest explains best."""
    return len(problems[0].partition(":")[0]) if problems else 0


def _check_one(value: Any, hint: Any, path: str, files: dict[str, Upload]) -> Checked:
    origin = get_origin(hint)
    if origin is Literal:
        return _literal(value, hint, path)
    if origin is list:
        return _list(value, get_args(hint)[0], path, files)
    if isinstance(hint, type) and issubclass(hint, InputFile):
        return _file(value, path, files)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _object(value, hint, path, files)
    return _scalar(value, hint, path)


def _scalar(value: Any, hint: Any, path: str) -> Checked:
    kinds: dict[Any, tuple[type, ...]] = {
        int: (int,),
        float: (int, float),
        str: (str,),
        bool: (bool,),
        datetime.datetime: (int,),
        datetime.timedelta: (int,),
    }
    if hint is Any:
        return Checked(value, ())
    right = isinstance(value, kinds.get(hint, ())) and isinstance(value, bool) == (hint is bool)
    name = getattr(hint, "__name__", str(hint))
    return Checked(value, () if right else (f"{path}: must be {name}, not {_shown(value)}",))


def _literal(value: Any, hint: Any, path: str) -> Checked:
    allowed = [getattr(option, "value", option) for option in get_args(hint)]
    right = any(value == option and isinstance(value, bool) == isinstance(option, bool) for option in allowed)
    return Checked(value, () if right else (f"{path}: must be {allowed}, not {_shown(value)}",))


def _list(value: Any, hint: Any, path: str, files: dict[str, Upload]) -> Checked:
    if not isinstance(value, list):
        return Checked(value, (f"{path}: must be a list, not {_shown(value)}",))
    items = [check(item, hint, f"{path}[{number}]", files) for number, item in enumerate(value)]
    return Checked([item.value for item in items], tuple(text for item in items for text in item.problems))


def _file(value: Any, path: str, files: dict[str, Upload]) -> Checked:
    if isinstance(value, Upload):
        return Checked(value, ())
    if isinstance(value, str) and value.startswith("attach://"):
        upload = files.get(value.removeprefix("attach://"))
        return Checked(upload or value, () if upload else (f"{path}: no file is attached for {value}",))
    return Checked(value, (f"{path}: must be a file, not {_shown(value)}",))


def _object(value: Any, model: type[BaseModel], path: str, files: dict[str, Upload]) -> Checked:
    if not isinstance(value, dict):
        return Checked(value, (f"{path}: must be an object, not {_shown(value)}",))
    fields = _fields(model)
    name = model.__name__
    problems = [f'{path}.{key}: unknown field "{key}" of {name}' for key in value if key not in fields]
    problems += [
        f'{path}.{key}: field "{key}" of {name} is required'
        for key in fields
        if fields[key].required and key not in value
    ]
    result: dict[str, Any] = {}
    for key in value.keys() & fields.keys():
        checked = check(value[key], fields[key].hint, f"{path}.{key}", files)
        problems += checked.problems
        result[key] = checked.value
    return Checked({key: result.get(key) for key in value}, tuple(problems))


class Field(NamedTuple):
    """One field of an object or method: its type, and whether it must be given."""

    hint: Any
    required: bool


@cache
def _fields(model: type[BaseModel]) -> dict[str, Field]:
    """The fields of a model by their name on the wire; a constant such as `type` must be given too."""
    model.model_rebuild()
    return {
        info.alias or name: Field(info.annotation, info.is_required() or get_origin(info.annotation) is Literal)
        for name, info in model.model_fields.items()
    }


@cache
def _members(hint: Any) -> tuple[Any, ...]:
    """The types a hint allows, without aiogram's marker for a client's default and with unions made flat."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) not in (Union, UnionType):
        return (hint,)
    return tuple(inner for member in get_args(hint) if member is not Default for inner in _members(member))


def _decoded(value: Any, hint: Any) -> Any:
    """A form's string as the JSON value its type asks for; what does not parse is left for the check to refuse."""
    if not isinstance(value, str):
        return value
    members = _members(hint)
    if int in members and _INTEGER.fullmatch(value):
        return int(value)
    if bool in members:
        return _BOOLEANS.get(value.lower(), value)
    if str in members:
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
