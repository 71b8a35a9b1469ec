"""Every interface sentence: key -> literal English msgid. The catalogues in `locales/` translate the msgids.

Placeholders are named and stand in braces. A message with `plural` is chosen by its argument `count`.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: its English `msgid`, the `plural` form if it counts something, a `comment` to translators."""

    msgid: str
    plural: str | None = None
    comment: str = ""


_RESIDENT = {
    "greeting": Message(
        "Hello! I am the assistant of Ballerup Municipality for international residents and companies. "
        "Write your question in your own words. I answer with approved texts and their source.",
        comment="the first words a person reads",
    ),
    "greeting-privacy": Message(
        "Please do not write CPR numbers or details about health. In danger, call {number} now.",
        comment="{number} is the emergency number",
    ),
    "language-set": Message("I now answer in {language}.", comment="{language} in its own language"),
    "language-ask": Message("Which language do you want?"),
    "language-unsupported": Message(
        "I cannot answer in that language yet. I speak {languages}.", comment="{languages} is a list of names"
    ),
    "menu-ask": Message("What is it about? Choose a topic, or just write your question."),
    "topic-ask": Message("{topic}: what would you like to know?"),
    "choices-ask": Message("I am not sure what you mean. Is it one of these?"),
    "none": Message(
        "I do not have an approved answer to that. You can write it in other words, look at the topics, "
        "or ask a person."
    ),
    "out-of-scope": Message(
        "I cannot help with that. I know about moving to, living in and doing business in Ballerup, "
        "and about the municipality's international work."
    ),
    "empty": Message("I could not read any words in that. Please write your question."),
    "too-long": Message(
        "That was long, and I may have missed something. If this does not answer it, ask one question at a "
        "time, or ask a person."
    ),
    "for-staff": Message("This is something for a person, not for me."),
    "expired": Message(
        "My answer about “{entry}” is out of date, so I do not give it. Please look at the source, or ask a person."
    ),
    "unreadable": Message("I cannot read this kind of message. Please write your question in words."),
    "attachment-unread": Message(
        "I have received your file, but I cannot read what is in it. Write your question in words. "
        "If you ask a person, the file is passed on as well."
    ),
    "unknown-command": Message("I do not know the command {command}. These work: {commands}."),
    "stale-button": Message("That button is no longer in use. Please write your question or choose again."),
    "help": Message(
        "Write your question in your own words, in any of my languages. Commands: {commands}.",
        comment="{commands} is a list such as /menu, /language, /staff",
    ),
    "privacy": Message(
        "I keep what you write so that I can follow the conversation. CPR numbers, bank account and card numbers "
        "are removed from your texts before anything is stored. Nothing goes to staff before you have seen it and "
        "agreed. Once a member of staff has taken your case, what you write goes to them."
    ),
    "smalltalk-greeting": Message("Hello! What can I help you with?"),
    "smalltalk-thanks": Message("You are welcome! Write again whenever you need something."),
    "smalltalk-bye": Message("Goodbye, and welcome back."),
    "smalltalk-robot": Message(
        "I am a computer program, not a person. I only send texts that the municipality's editors have approved. "
        "You can ask for a person at any time."
    ),
    "smalltalk-howareyou": Message("Thank you, I am ready to help. What would you like to know?"),
    "smalltalk-insult": Message("I am sorry that I was no help. You can write it in other words, or ask a person."),
    "redacted-notice": Message(
        "I have removed a CPR number or a bank detail from your message. Please do not write them here."
    ),
    "switch-hint": Message("It looks as if you wrote in {language}.", comment="followed by a button to switch"),
}

_HANDOVER = {
    "compose-ask": Message("What should I pass on to a person? Please write it in one message."),
    "preview-intro": Message("This is what staff ({department}) will see:"),
    "preview-earlier": Message("Earlier you asked:"),
    "preview-files": Message("{count} file is passed on too.", "{count} files are passed on too."),
    "preview-language": Message("Your language: {language}"),
    "preview-about": Message("It is about: {entry}", comment="in the preview of what is passed on"),
    "preview-urgent": Message("It is marked as urgent."),
    "preview-removed-files": Message(
        "CPR numbers and bank details are removed from the text. Files are passed on as they are, with all that is "
        "in them. The answer comes here in this chat."
    ),
    "preview-removed": Message(
        "CPR numbers and bank details are removed. Your name is not passed on. The answer comes here in this chat."
    ),
    "preview-ask": Message("Do you agree to pass this on?"),
    "handed-over": Message(
        "Your question is passed on to staff. Your case number is {number}. The answer comes here in this chat.",
        comment="{number} like #12",
    ),
    "handover-cancelled": Message("Nothing was passed on."),
    "claimed-notice": Message(
        "A member of staff has taken your case {number}. What you write now goes to them.",
    ),
    "staff-reply": Message("Answer from staff ({department}), case {number}:"),
    "staff-file": Message("Staff ({department}) have sent you a file, case {number}:"),
    "closed-notice": Message("Your case {number} is closed. You can ask me again at any time."),
    "reopened-notice": Message("Your case {number} is open again. What you write now goes to staff."),
    "bot-again": Message(
        "You are talking to the assistant. Your case {number} stays open, and answers from staff still come here."
    ),
    "staff-again": Message("What you write now goes to staff, case {number}."),
    "relay-edited": Message("Corrected message:"),
}

_BUTTONS = {
    "button-ask-person": Message("Ask a person"),
    "button-menu": Message("All topics"),
    "button-language": Message("Language"),
    "button-none": Message("None of these"),
    "button-send": Message("Yes, pass it on"),
    "button-rewrite": Message("Write it again"),
    "button-cancel": Message("Cancel"),
    "button-to-bot": Message("Ask the assistant"),
    "button-to-staff": Message("Write to staff"),
    "button-switch": Message("Answer in {language}"),
    "button-open": Message("Open: {name}", comment="opens a web page; {name} is the page's name"),
}

_ANSWER = {
    "source-line": Message("Source: {sources}"),
    "checked-line": Message("Last checked: {date}"),
    "owner-line": Message("Responsible: {department}"),
    "basis-confirmed": Message("Confirmed by the municipality."),
    "basis-read": Message("Not yet confirmed by the municipality: please look at the source too."),
    "basis-memory": Message(
        "Not yet confirmed, and not all of it could be compared with the source: please look there too."
    ),
    "translation-outdated": Message("The English text has changed since this translation was made."),
}

_DESK = {
    "card-title": Message("Case {number} · {state}"),
    "card-urgent": Message("URGENT"),
    "card-facts": Message("Language: {language} · Department: {department}"),
    "card-topic": Message("About: {entry}"),
    "card-owner": Message("With: {name}"),
    "card-earlier": Message("The resident asked before:"),
    "card-files": Message("{count} file", "{count} files"),
    "card-howto": Message(
        "Write here to answer the resident. A line that begins with // stays among staff.",
    ),
    "state-new": Message("new"),
    "state-claimed": Message("taken"),
    "state-answered": Message("answered"),
    "state-closed": Message("closed"),
    "button-claim": Message("Take it"),
    "button-close": Message("Close"),
    "button-reopen": Message("Reopen"),
    "desk-taken": Message("{name} has already taken this case."),
    "desk-closed": Message("The case is closed."),
    "desk-reopened": Message("The case is open."),
    "desk-edit": Message("A changed message is not sent again. Write what you want to correct as a new message."),
    "desk-redacted": Message("A CPR number or a bank detail was removed from your answer. The resident reads:"),
    "desk-not-sent-closed": Message("Not sent: the case is closed. Press “Reopen” first."),
    "desk-not-sent-owner": Message("Not sent: {name} has this case."),
    "desk-failed": Message("Not delivered: {reason}"),
    "desk-resident-left": Message("The resident has blocked the assistant or left. Answers cannot be delivered."),
    "desk-unknown-command": Message("I do not know that command here. These work: {commands}."),
    "reason-blocked": Message("the resident has blocked the assistant."),
    "reason-deactivated": Message("the resident's account is deleted."),
    "reason-unreachable": Message("the chat can no longer be reached."),
    "reason-too-long": Message("the message is too long."),
    "reason-file": Message("the file can no longer be read or is too large."),
    "reason-expired": Message("the channel could not be reached for a day."),
    "reason-refused": Message("the channel refused the message."),
    "relay-intro": Message("From the resident:"),
    "relay-file": Message("File from the resident:"),
    "file-photo": Message("photo"),
    "file-voice": Message("voice message"),
    "file-document": Message("document"),
    "file-video": Message("video"),
    "file-location": Message("location"),
    "file-contact": Message("contact"),
    "file-other": Message("file"),
}

_TERMINAL = {
    "terminal-hint": Message(
        "Write a question, or a button's number. /person asks for a person, /staff shows the staff side, /quit ends."
    ),
    "terminal-staff": Message("Staff side. Write the number of a case, or /resident to go back."),
    "terminal-no-cases": Message("There are no open cases."),
    "terminal-case-hint": Message(
        "Write the answer to the resident, or: /claim, /close, /reopen, /list, /resident. // begins a note."
    ),
    "terminal-no-case": Message("Choose a case first: write its number."),
    "terminal-no-button": Message("There is no button {number} here."),
    "terminal-resident-reads": Message("The resident reads:"),
    "terminal-sent": Message("Sent to the resident."),
    "terminal-note": Message("Noted among staff."),
    "terminal-side-resident": Message("Resident"),
    "terminal-side-staff": Message("Staff"),
    "terminal-side-note": Message("Note"),
}

_COMMANDS = {
    "command-menu": Message("All topics"),
    "command-language": Message("Choose the language"),
    "command-staff": Message("Ask a person"),
    "command-help": Message("What I can do"),
    "command-privacy": Message("What is stored"),
    "staff-command-claim": Message("Take this case"),
    "staff-command-close": Message("Close this case"),
    "staff-command-reopen": Message("Reopen this case"),
    "staff-command-note": Message("Note among staff"),
    "bot-description": Message(
        "Answers in your language about moving to, living in and doing business in Ballerup, with sources. "
        "A person can take over."
    ),
    "bot-short-description": Message("Ballerup Municipality's international assistant"),
}

MESSAGES: Mapping[str, Message] = MappingProxyType(
    {**_RESIDENT, **_HANDOVER, **_BUTTONS, **_ANSWER, **_DESK, **_TERMINAL, **_COMMANDS}
)
