"""Two at once on one ticket: exactly one wins, and nobody is left waiting for the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import TransitionError
from bot.service.desk import Staff
from bot.service.resident import accept
from bot.store import inbox, tables, tickets
from tests.factories import FakeClock, make_incoming
from tests.service.scene import ASE, Scene, make_scene
from tests.store.rows import rows

if TYPE_CHECKING:
    from bot.core.model import Knowledge
    from bot.service.brain import Loaded
    from bot.store.database import Database

_ROUNDS, _STAFF = 6, 3


def together(calls: list[Any]) -> list[Any]:
    """The results of all calls made at the same time; a TransitionError is a result too."""
    start = threading.Barrier(len(calls))

    def one(call: Any) -> Any:
        start.wait(10)
        try:
            return call()
        except TransitionError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as threads:
        return [result.result(timeout=30) for result in [threads.submit(one, call) for call in calls]]


def test_a_claim_is_atomic(scene: Scene) -> None:
    staff = [Staff(str(n), f"Name {n}") for n in range(_STAFF)]
    for chat in range(_ROUNDS):
        number = scene.asks_a_person(chat=str(chat))

        def claim(who: Staff, number: int = number) -> Any:
            return lambda: scene.database.run(lambda c: scene.desk.claim(c, number, who))

        results = together([claim(who) for who in staff])
        lost = [result for result in results if isinstance(result, TransitionError)]
        (won,) = [result for result in results if not isinstance(result, TransitionError)]
        assert len(lost) == _STAFF - 1
        assert {refusal.fields["owner"] for refusal in lost} == {won.owner_name}
        assert scene.ticket(number).owner_name == won.owner_name
    assert [row["event"] for row in rows(scene.database, tables.ticket_events)].count("claim") == _ROUNDS


def test_two_answers_at_once_are_one_answer(scene: Scene) -> None:
    number = scene.asks_a_person()
    staff = [Staff(str(n), f"Name {n}") for n in range(_STAFF)]

    def answer(who: Staff) -> Any:
        return lambda: scene.database.run(lambda c: scene.desk.reply(c, number, who, f"from {who.name}"))

    results = together([answer(who) for who in staff])
    assert sum(isinstance(result, TransitionError) for result in results) == _STAFF - 1
    sent = [text for side, text in scene.messages(number) if side == "staff"]
    assert sent == [f"from {scene.ticket(number).owner_name}"]


def test_an_answer_and_a_close_at_once(scene: Scene) -> None:
    """Either order is fine; an answer that was refused is not sent, and one that was not refused is."""
    number = scene.asks_a_person()
    results = together(
        [
            lambda: scene.database.run(lambda c: scene.desk.reply(c, number, ASE, "answer")),
            lambda: scene.database.run(lambda c: scene.desk.close(c, number, ASE)),
        ]
    )
    refused = isinstance(results[0], TransitionError)
    assert (("staff", "answer") in scene.messages(number)) is not refused
    assert scene.ticket(number).state == "closed"


class Rendezvous:
    """Lets each side go on when the other has taken its first lock, or cannot take it."""

    def __init__(self) -> None:
        self._here = {"resident": threading.Event(), "staff": threading.Event()}

    def meet(self, mine: str, other: str) -> None:
        self._here[mine].set()
        self._here[other].wait(0.5)


class MeetingLibrary:
    """What the assistant knows, asked for by a resident's message once its conversation is locked."""

    def __init__(self, library: Loaded, meeting: Rendezvous) -> None:
        self._library = library
        self._meeting = meeting

    @property
    def knowledge(self) -> Knowledge:
        return self._library.knowledge

    def now(self) -> Loaded:
        self._meeting.meet("resident", "staff")
        return self._library


def _write_as_resident(scene: Scene) -> None:
    def work(connection: Any) -> None:
        item = inbox.head(connection, scene.clock.now())
        assert item is not None
        scene.residents.handle(connection, item)
        inbox.done(connection, item.seq, scene.clock.now())

    scene.database.run(work)


@pytest.mark.parametrize("staff_does", ["reply", "settled"])
def test_a_resident_and_staff_at_once_do_not_block_one_another(
    database: Database, library: Loaded, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, staff_does: str
) -> None:
    """Conversation and ticket are locked by both; in different orders each would wait for the other for ever."""
    calm = make_scene(database, library, clock)
    number = calm.asks_a_person()
    calm.staff_writes(number, "Hello", message_id="31")
    database.run(lambda c: accept(c, make_incoming(text="a word of the resident")))
    meeting = Rendezvous()
    scene = make_scene(database, MeetingLibrary(library, meeting), clock)  # type: ignore[arg-type]
    for name in ("find", "get"):
        _meets_after(monkeypatch, name, meeting)

    def staff() -> None:
        if staff_does == "reply":
            database.run(lambda c: scene.desk.reply(c, number, ASE, "a word of staff"))
        else:
            scene.fails("blocked")

    together([lambda: _write_as_resident(scene), staff])
    assert ("resident", "a word of the resident") in scene.messages(number)
    assert rows(database, tables.inbox)[-1]["outcome"] == "done"


def _meets_after(monkeypatch: pytest.MonkeyPatch, name: str, meeting: Rendezvous) -> None:
    """The first lock of the ticket waits for the resident's side."""
    real = getattr(tickets, name)

    def locked(connection: Any, number: int) -> Any:
        found = real(connection, number)
        meeting.meet("staff", "resident")
        return found

    monkeypatch.setattr(tickets, name, locked)


def test_a_resident_writes_while_staff_answer_again_and_again(scene: Scene) -> None:
    """The same without any arrangement: nothing lost on either side."""
    number = scene.asks_a_person()
    scene.staff_writes(number, "Hello")
    for n in range(10):
        incoming = make_incoming(text=f"resident {n}")
        scene.database.run(lambda c, incoming=incoming: accept(c, incoming))  # type: ignore[misc]

    def answers() -> None:
        for n in range(10):
            scene.database.run(lambda c, n=n: scene.desk.reply(c, number, ASE, f"staff {n}"))  # type: ignore[misc]

    def writes() -> None:
        for _ in range(10):
            _write_as_resident(scene)

    together([answers, writes])
    texts = [text for _, text in scene.messages(number)]
    assert [text for text in texts if text.startswith("resident ")] == [f"resident {n}" for n in range(10)]
    assert [text for text in texts if text.startswith("staff ")] == [f"staff {n}" for n in range(10)]
