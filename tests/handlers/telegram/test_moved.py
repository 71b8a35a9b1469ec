"""What comes from a staff group's new address is read as staff's, though only another replica was told of the move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from bot.delivery.observing import UNOBSERVED
from handlers.telegram.intake import Intake
from handlers.telegram.updates import Reader
from tests.handlers.telegram.arriving import BOT, BOT_ID, CLERK, OTHER_GROUP, PRIVATE, make_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.model import Incoming

OLD, NEW = "-100", str(OTHER_GROUP["id"])


async def test_an_unknown_group_is_looked_up_before_it_is_read() -> None:
    chats, asked = {"citizens": OLD}, list[str]()
    taken: list[Incoming] = []

    async def accept(arrived: Sequence[Incoming]) -> None:
        taken.extend(arrived)

    async def is_staff(chat: str) -> bool:
        asked.append(chat)
        chats["citizens"] = NEW
        return True

    intake = Intake(BOT, Reader(BOT_ID, chats.values()), None, accept, lambda: 0, UNOBSERVED, is_staff)  # type: ignore[arg-type]
    for number, chat in enumerate((PRIVATE, OTHER_GROUP, OTHER_GROUP)):
        message = make_message(chat, CLERK, text="Good morning")
        await intake.take([{"update_id": number, "message": message}])
    assert [(one.kind, one.staff, one.text) for one in taken] == [
        (IncomingKind.TEXT, False, "Good morning"),
        (IncomingKind.TEXT, True, "Good morning"),
        (IncomingKind.TEXT, True, "Good morning"),
    ]
    assert asked == [NEW]
