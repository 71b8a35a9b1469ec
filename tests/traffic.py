"""What a day brings to a database that `tests.crowd` has filled: messages of every kind, each decided and delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import IncomingKind
from bot.delivery.timers import Alarm
from bot.service.desk import Staff
from bot.store import inbox, timers
from tests.crowd import DRIVEN, GROUPS, OWNER, answer_of, chat_of
from tests.factories import CHANNEL, SECOND, FakeClock, make_incoming
from tests.service.scene import TRADE, actions, make_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.service.brain import Loaded
    from bot.store.database import Database

TURNS = DRIVEN // 4
"""How often each kind can happen."""

_APART = 3 * SECOND
_OWNER = Staff(OWNER, "Somebody")


class Traffic:
    """Plays residents and staff at the real use cases and the real store.

    `kinds` are the things that happen by name, each for its turn from 0 to below `TURNS`; every turn is about another
    resident. `prepare` does what must be there before a turn of that kind and is not part of it. `sent`: the kinds of
    what was delivered since.
    """

    def __init__(self, database: Database, library: Loaded, size: int) -> None:
        self._clock = FakeClock()
        self._size = size
        chats = {"citizens": GROUPS[0], "trade": TRADE}
        self._scene = make_scene(database, library, self._clock, chats=chats)
        self._database = database
        self._alarm = Alarm(database, timers, inbox, self._clock.now, lambda: None)
        self._buttons: list[str] = []
        self.sent: list[str] = []
        self.kinds: Mapping[str, Callable[[int], None]] = {
            "question": self._question,
            "hand_over": self._hand_over,
            "claim": self._claim,
            "relay": self._relay,
            "edit": self._edit,
            "answer": self._answer,
            "reaction": self._reaction,
            "queue": self._queue,
            "timer": self._timer,
        }

    def prepare(self, kind: str, turn: int) -> None:
        self._clock.advance(_APART)
        if kind == "timer":
            case = self._new(turn)
            about, due = f"{case}:{case}:75", self._clock.now()
            self._database.run(lambda c: timers.put(c, CHANNEL, chat_of(case), IncomingKind.PROMISE.value, about, due))
        if kind == "hand_over":  # up to the preview with its buttons
            self._says(self._stranger(turn), "How do I get a CPR number?")
            self._presses(self._stranger(turn), "p:ask")
        self.sent = []

    # ---- who -------------------------------------------------------------------------------------------

    def _new(self, turn: int) -> int:
        """A case of the group that nobody has."""
        return self._driven(turn, 1)

    def _claimed(self, turn: int) -> int:
        return self._driven(turn, 0)

    def _driven(self, turn: int, parity: int) -> int:
        last = self._size - (self._size - parity) % 2
        return last - 2 * turn

    def _stranger(self, turn: int) -> int:
        """Somebody whose case is over, wherever they are in the database."""
        return 1 + turn * 97 % (self._size - DRIVEN)

    # ---- what happens ----------------------------------------------------------------------------------

    def _says(self, resident: int, text: str, **fields: object) -> None:
        chat = chat_of(resident)
        self._scene.handle(make_incoming(chat=chat, sender=chat, text=text, **fields))
        self._settle()

    def _presses(self, resident: int, action: str) -> None:
        self._says(resident, "", kind=IncomingKind.BUTTON, argument=action)

    def _settle(self) -> None:
        mails = [item.mail for item in self._scene.settles()]
        self._buttons = [action for mail in mails for action in actions(mail)]
        self.sent += [mail.kind for mail in mails]

    def _question(self, turn: int) -> None:
        self._says(self._stranger(turn + TURNS), "How do I get a CPR number?")

    def _hand_over(self, turn: int) -> None:
        send = next(action for action in self._buttons if action.startswith("p:send"))
        self._presses(self._stranger(turn), send)

    def _relay(self, turn: int) -> None:
        self._says(self._claimed(turn), "And what about my wife?", message_id=f"relay {turn}")

    def _edit(self, turn: int) -> None:
        words = {"kind": IncomingKind.EDIT, "message_id": f"relay {turn}"}
        self._says(self._claimed(turn), "And what about my husband?", **words)

    def _reaction(self, turn: int) -> None:
        case = self._claimed(turn)
        self._says(case, "", kind=IncomingKind.REACTION, argument="❤", message_id=answer_of(case, self._size))

    def _claim(self, turn: int) -> None:
        case = self._new(turn)
        self._scene.staff_presses(case, f"claim:{case}", _OWNER)
        self._settle()

    def _answer(self, turn: int) -> None:
        self._scene.staff_writes(self._claimed(turn), "Come to the counter on Tuesday.", _OWNER)
        self._settle()

    def _queue(self, turn: int) -> None:
        del turn
        fields = {"chat": GROUPS[0], "staff": True, "sender": OWNER, "kind": IncomingKind.COMMAND}
        self._scene.handle(make_incoming(**fields, argument="queue", text=""))
        self._settle()

    def _timer(self, turn: int) -> None:
        del turn
        self._database.run(lambda connection: self._alarm.once(connection, (CHANNEL,)))
        while self._database.run(self._scene._decide):
            pass
        self._settle()
