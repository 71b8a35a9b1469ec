"""Put into a group, the assistant says that it works in private only, and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from tests.factories import make_incoming

if TYPE_CHECKING:
    from tests.service.scene import Scene


def test_the_word_comes_before_the_leaving(scene: Scene) -> None:
    for _ in range(2):  # somebody writes there before it has left
        scene.handle(make_incoming(chat="-5", sender="", text="", kind=IncomingKind.GROUP, language_hint="pl"))
    mails = scene.to("-5")
    assert [mail.kind for mail in mails] == ["say", "leave", "say", "leave"]
    assert mails[0].language == "pl"
    assert {mail.lane for mail in mails} == {mails[0].lane}
    assert [item.mail.kind for item in scene.settles()] == ["say", "leave", "say", "leave"]
