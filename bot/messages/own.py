"""The sentences about a person's own cases and data;"""

from __future__ import annotations

from bot.messages.message import Message

OWN = {
    "cases-intro": Message("Your cases with staff, the newest first:"),
    "cases-none": Message("You have no cases with staff. A case begins when you ask a person."),
    "cases-more": Message("You also have older cases. Ask a person about them."),
    "case-line": Message(
        "Case {number}: {state}. {department}. Opened on {day}.",
        comment="{state} is a word such as new, taken, answered; {department} is a name",
    ),
    "case-promised": Message("You will have an answer by {day}."),
    "withdraw-ask": Message(
        "Do you want to take back case {number}? Staff will not work on it any more. You can open it again later."
    ),
    "withdrawn-notice": Message("You have taken back case {number}. Staff will not work on it any more."),
    "reopened-by-you-notice": Message(
        "Case {number} is open again. Press “Write to staff” if you want to tell them more."
    ),
    "kept-notice": Message("All right, nothing was changed."),
    "data-kept": Message(
        "This is what I keep about you: your language, your last questions, your answers in guides, your reminders, "
        "your cases with all messages, and what I have written to you."
    ),
    "data-open-cases": Message("You have {count} open case.", "You have {count} open cases."),
    "data-ask": Message("You can have all of it as a file, or have it erased."),
    "erase-ask": Message(
        "Do you want to erase everything I keep about you? It cannot be undone. What stands in this chat stays with "
        "you until you delete it yourself."
    ),
    "erase-open-cases": Message(
        "Your open case is erased too, and staff can no longer answer it.",
        "Your {count} open cases are erased too, and staff can no longer answer them.",
    ),
    "erased-notice": Message(
        "Everything I kept about you is erased. You can write to me again at any time; then we begin anew."
    ),
    "button-case-write": Message("{number}: write to staff"),
    "button-case-withdraw": Message("{number}: take back"),
    "button-case-reopen": Message("{number}: open again"),
    "button-withdraw-yes": Message("Yes, take back {number}"),
    "button-keep": Message("No, leave it as it is"),
    "button-export-text": Message("File to read"),
    "button-export-json": Message("File for computers (JSON)"),
    "button-erase": Message("Erase everything"),
    "button-erase-yes": Message("Yes, erase everything"),
    "state-withdrawn": Message("taken back"),
    "desk-withdrawn": Message("The resident has taken the case back."),
    "desk-reopened-by-resident": Message("The resident has opened the case again."),
    "desk-not-sent-withdrawn": Message("Not sent: the resident has taken the case back."),
    "desk-is-withdrawn": Message("The resident has taken the case back. Only they can open it again."),
    "own-caption": Message("Everything I keep about you."),
    "own-title": Message("What the assistant of Ballerup Municipality keeps about you"),
    "own-made": Message("Made on {day} at {time}.", comment="{time} like 14:05"),
    "own-chat": Message("Channel: {channel}. Chat: {chat}.", comment="{channel} like telegram, {chat} is a number"),
    "own-since": Message("First message: {day}"),
    "own-language": Message("Language: {language}"),
    "own-questions": Message("Your last questions"),
    "own-draft": Message("What you have prepared for staff and not sent"),
    "own-guides": Message("Your answers in guides"),
    "own-guide": Message("Guide: {guide}"),
    "own-answer": Message("{question}: {answer}", comment="a question of a guide, and what the person answered"),
    "own-step": Message("Done: {step}"),
    "own-remembered": Message("The notes I work with, as they are stored"),
    "own-reminders": Message("Your reminders"),
    "own-cases": Message("Your cases with staff"),
    "own-earlier": Message("You, to the assistant, before the case"),
    "own-you": Message("You"),
    "own-staff": Message("Staff"),
    "own-notes": Message(
        "Staff have {count} note of their own about this case. It is not in this file: please ask them.",
        "Staff have {count} notes of their own about this case. They are not in this file: please ask them.",
    ),
    "own-note": Message("Staff, among themselves"),
    "own-history": Message("What happened to the case:"),
    "own-waiting": Message("Your messages that I have not answered yet"),
    "own-sent": Message("What I have written to you"),
    "own-nothing": Message("Nothing."),
}
