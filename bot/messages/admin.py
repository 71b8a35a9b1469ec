"""Pauses and the audit log: what residents read instead of an answer, and what administrators read."""

from __future__ import annotations

from bot.messages.message import Message

PAUSED = {
    "paused-all": Message("I cannot answer questions at the moment."),
    "paused-topic": Message(
        "I cannot answer questions about “{topic}” at the moment.", comment="{topic} is the name of a topic"
    ),
    "paused-language": Message(
        "I cannot answer in {language} at the moment. You can choose another language.",
        comment="{language} in its own language; followed by the other languages as buttons",
    ),
    "paused-person": Message("Do you want to ask a person? They get your question, and their answer comes here."),
    "pause-reason-maintenance": Message("I am being worked on, and will be back as soon as possible."),
    "pause-reason-checking-texts": Message("The texts are being checked, because something in them may be wrong."),
    "pause-reason-outage": Message("Something that I need does not work just now."),
    "pause-reason-staff-only": Message("For now, only people answer these questions."),
}

ADMIN = {
    "pause-label-maintenance": Message("Maintenance"),
    "pause-label-checking-texts": Message("The texts are being checked"),
    "pause-label-outage": Message("Something does not work"),
    "pause-label-staff-only": Message("Only people answer"),
    "pause-scope-all": Message("Everything", comment="what is paused: the whole assistant"),
    "pause-scope-topic": Message("A topic"),
    "pause-scope-language": Message("A language"),
    "pause-howto": Message("Choose with the buttons what to pause and why, or write it like this: {examples}"),
    "pause-reasons": Message("Reasons: {names}", comment="{names} are words of a command, not to be translated"),
    "pause-topics": Message("Topics: {names}", comment="{names} are words of a command, not to be translated"),
    "pause-languages": Message("Languages: {names}", comment="{names} are codes such as en, da, pl"),
    "pause-why": Message("Why is this paused: {what}? Residents read the reason in their language."),
    "pause-set": Message("Paused: {what} ({reason}). Danger is still answered, and people can still write to staff."),
    "pause-none": Message("Nothing is paused."),
    "pause-list": Message("This is paused now:"),
    "pause-line": Message("• {what} ({reason})", comment="something that is paused, and why"),
    "pause-lifted": Message("No longer paused: {what}"),
    "pause-not-there": Message("That is not paused."),
    "button-resume": Message("Resume: {what}", comment="ends the pause of a topic, a language or everything"),
    "suggest-paused": Message(
        "Not sent: this entry is paused ({reason}). Answer in your own words, or ask an administrator."
    ),
    "admin-only": Message("Only an administrator can do that. The attempt is noted in the audit log."),
    "audit-intro": Message("The latest entries of the audit log:"),
    "audit-none": Message("The audit log is empty."),
    "audit-pause": Message("{moment} · {actor} · paused: {what} ({reason})", comment="{actor} is a number"),
    "audit-resume": Message("{moment} · {actor} · resumed: {what}", comment="{actor} is a number"),
    "audit-refused": Message("{moment} · {actor} · refused: {command}", comment="{command} such as /pause"),
    "audit-approve": Message("{moment} · {actor} · approved: proposal {number}", comment="{actor} is a number"),
    "audit-recall": Message(
        "{moment} · {actor} · called back: {entry}", comment="{actor} is a number, {entry} the title of an answer"
    ),
    "audit-other": Message("{moment} · {actor} · {action} {details}", comment="technical words of the audit log"),
    "audit-whole": Message(
        "The log is unbroken: {count} entry, the last one has the hash {hash}.",
        "The log is unbroken: {count} entries, the last one has the hash {hash}.",
    ),
    "audit-broken": Message(
        "The log has been tampered with, at these entries: {numbers}. Tell those who run the assistant now."
    ),
    "staff-command-pause": Message("Pause the assistant, a topic or a language"),
    "staff-command-resume": Message("End a pause"),
    "staff-command-pauses": Message("See what is paused"),
    "staff-command-audit": Message("See the audit log"),
}
