"""Commands, descriptions and the menu button: in every language, set once and again only when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import MenuButtonCommands

from bot.core.replies import COMMANDS
from bot.service.staff import COMMANDS as STAFF_COMMANDS
from handlers.telegram.client import make_bot
from handlers.telegram.profile import Profile
from tests.factories import make_knowledge
from tests.sentences import make_renderer

if TYPE_CHECKING:
    from bot.core.model import Argument, Content, Rendered
    from bot.service.render import Renderer
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

LANGUAGES = ("en", "da", "pl")


class Words:
    """Sentences that name their key and language."""

    def render(self, content: Content, language: str) -> Rendered:
        raise NotImplementedError

    def sentence(self, key: str, language: str, **_args: Argument) -> str:
        return f"{key} {language}"

    def title(self, entry: str, language: str) -> str:
        raise NotImplementedError


def real_words() -> Renderer:
    return make_renderer(make_knowledge())


async def test_everybody_sees_all_commands_in_their_language(server: TelegramServer, group: Group) -> None:
    profile = Profile(real_words(), LANGUAGES, [str(group.id)], "da", STAFF_COMMANDS)
    async with make_bot(server.token, server.url) as bot:
        assert await profile.apply(bot)
        assert isinstance(await bot.get_chat_menu_button(), MenuButtonCommands)
    ola, frida, jean, mette = (server.user(name, code) for name, code in NAMES)
    for person in (ola, frida, jean):
        assert [command["command"] for command in person.commands] == list(COMMANDS)
    assert ola.commands[0]["description"] != jean.commands[0]["description"]
    assert jean.commands == server.user("Ann", "en").commands
    assert group.commands(group.member(mette)) == list(STAFF_COMMANDS)


NAMES = (("Ola", "pl"), ("Frida", "da"), ("Jean", "fr"), ("Mette", "da"))


@pytest.mark.parametrize("count", [1, 12, 100])
async def test_any_number_of_commands_telegram_takes(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    names = tuple(f"command{number}" for number in range(count))
    monkeypatch.setattr("handlers.telegram.profile.COMMANDS", names)
    profile = Profile(Words(), LANGUAGES, [], "en", STAFF_COMMANDS)
    async with make_bot(server.token, server.url) as bot:
        assert await profile.apply(bot)
        assert await profile.apply(bot)
    assert [command["command"] for command in server.user("Ann").commands] == list(names)


def test_the_same_words_are_the_same_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Profile(Words(), LANGUAGES, ["-2", "-1"], "en", STAFF_COMMANDS).fingerprint
    assert Profile(Words(), LANGUAGES, ["-1", "-2"], "en", STAFF_COMMANDS).fingerprint == first
    assert Profile(Words(), LANGUAGES[:2], ["-1", "-2"], "en", STAFF_COMMANDS).fingerprint != first
    monkeypatch.setattr("handlers.telegram.profile.COMMANDS", (*COMMANDS, "more"))
    assert Profile(Words(), LANGUAGES, ["-1", "-2"], "en", STAFF_COMMANDS).fingerprint != first


async def test_a_refusal_is_told_and_tried_at_the_next_start(server: TelegramServer) -> None:
    server.fail("setChatMenuButton", status=400, description="Bad Request: BUTTON_INVALID")
    profile = Profile(Words(), LANGUAGES, [], "en", STAFF_COMMANDS)
    async with make_bot(server.token, server.url) as bot:
        assert not await profile.apply(bot)
        assert await profile.apply(bot)
