"""What is said when the assistant could not handle a message, however often it tried."""

from __future__ import annotations

from bot.messages.message import Message

DEAD_LETTERS = {
    "dead-to-resident": Message(
        "Sorry, something went wrong here, and I could not handle your last message. Please write it once more, in "
        "other words if you can, or write /staff to ask a person. In danger, call {number}.",
        comment="{number} is the emergency number",
    ),
    "dead-from-resident": Message(
        "The resident sent something that the assistant could not handle, so it is not shown here. They were asked to "
        "write it once more."
    ),
    "dead-from-staff": Message(
        "The assistant could not handle what was written or pressed here, and nothing was sent. Please try once more; "
        "if it fails again, tell whoever runs the assistant."
    ),
    "dead-timer": Message("A reminder about this case failed. Please look at the case yourselves: is an answer due?"),
}
