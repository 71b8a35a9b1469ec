"""The sentences to somebody who writes too much at once."""

from __future__ import annotations

from bot.messages.message import Message

FLOOD = {
    "flood-not-read": Message(
        "That was too fast for me: I have not read your last messages. Please wait a minute, then write what matters "
        "most in one message. If somebody is in danger, call {number}.",
        comment="{number} is the emergency number, 112",
    ),
    "flood-not-passed-on": Message(
        "That was too much at once: staff have not got your last messages. Please wait a minute, then write everything "
        "in one message."
    ),
    "cases-full": Message(
        "You already have {count} open case with staff, and no more can be open at once. Write to staff in that case, "
        "or take it back if you no longer need it.",
        "You already have {count} open cases with staff, and no more can be open at once. Write to staff in one of "
        "them, or take one back that you no longer need.",
    ),
}
