"""Dated notices: what residents read, and how staff publish them."""

from __future__ import annotations

from bot.messages.message import Message

NOTICES = {
    "notice-closed": Message("Notice: {department} is closed from {first} to {last}."),
    "notice-closed-day": Message("Notice: {department} is closed on {last}."),
    "notice-delay": Message("Notice: answers from {department} take longer than usual until {last}."),
    "notice-storm": Message(
        "Notice: severe weather is expected until {last}. Offices may close early. In danger, call {number}.",
        comment="{number} is the emergency number",
    ),
    "notice-changed": Message(
        "Notice: the rules about “{entry}” change on {first}. Please look at the source as well.",
        comment="{entry} is the title of an answer",
    ),
    "notice-howto": Message(
        "A notice begins with its kind, then come the days. Examples: {examples}", comment="read by staff"
    ),
    "notice-bad-day": Message("I cannot read that day. Write it like this: {example}."),
    "notice-past": Message("The last day of a notice must not be over, and must not come before the first."),
    "notice-bad-entry": Message("There is no entry called “{entry}”."),
    "notice-preview": Message("Residents whom it concerns will read this, each in their language, until {last}:"),
    "notice-published": Message("The notice is published."),
    "notice-dropped": Message("Nothing was published."),
    "notice-gone": Message("That notice is no longer shown."),
    "notice-withdrawn": Message("The notice is withdrawn."),
    "notice-list": Message("These notices are shown now:"),
    "notice-none": Message("No notice is shown now."),
    "button-publish": Message("Publish it"),
    "button-withdraw-notice": Message("Withdraw: {notice}", comment="{notice} is the text of a notice"),
    "staff-command-notice": Message("Publish a notice"),
    "staff-command-notices": Message("See and withdraw notices"),
}
