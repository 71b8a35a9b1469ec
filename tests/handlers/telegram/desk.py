"""Cases on the local Telegram, as residents and staff bring them about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.telegram_server.resident import User
    from tests.telegram_server.staff import Group, Topic
    from tests.telegram_server.views import Message

QUESTION = "I want to talk to a person please"
LONG = 20  # s; the sender's limits for one chat may take so long


def hand_over(resident: User, group: Group, question: str = QUESTION) -> Topic:
    """A resident asks something for staff, agrees, and the topic with its card stands."""
    known = {topic.thread_id for topic in group.topics}
    resident.send(question)
    resident.wait("Do you agree")
    resident.press("Yes, pass it on")
    resident.wait("case number")
    topic = group.wait_topic(lambda topic: topic.thread_id not in known)
    topic.wait(question)
    return topic


def claimed(resident: User, group: Group, staff: User) -> Topic:
    """The same, and a member of staff has taken the case."""
    topic = hand_over(resident, group)
    topic.press(staff, "Take it")
    resident.wait("taken your case")
    topic.wait(f"With: {staff.account.first_name}")
    return topic


def wait_receipt(topic: Topic, said: Message, mark: str, timeout: float = LONG) -> None:
    topic.wait_until(lambda seen: mark in seen.message(said).reactions, timeout)


def texts(person: User) -> str:
    """Everything the bot has said to somebody."""
    return "\n".join(message.text for message in person.inbox)
