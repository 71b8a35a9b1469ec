"""Sentences with blanks that staff choose for residents: what staff read about them."""

from __future__ import annotations

from bot.messages.message import Message

PHRASES = {
    "phrases-list": Message(
        "These sentences are ready in every language. Write {command} and the word before the one you want.",
        comment="read by staff; {command} is /phrase, below come lines such as “bring: Please bring: [documents].”",
    ),
    "phrase-unknown": Message(
        "There is no sentence called “{name}”. {command} alone shows all of them.", comment="{command} is /phrase"
    ),
    "phrase-howto": Message(
        "Fill it in like this, in any order, with a semicolon between: {example}",
        comment="{example} is a command with values: /phrase need-by passport, ID card; 14.12.2026",
    ),
    "phrase-missing": Message(
        "Something is still missing: {blank}. Write it like this: {example}",
        comment="{blank} is one of the words for blanks, such as “documents” or “a day”",
    ),
    "phrase-extra": Message("I do not know where “{words}” belongs. Write it like this: {example}"),
    "phrase-bad-day": Message("I cannot read “{words}” as a day. Write it like this: {example}"),
    "phrase-over": Message("“{words}” is over already. Please check the day, and write the year too."),
    "phrase-ahead": Message("“{words}” is still to come. Please check the day, and write the year too."),
    "phrase-bad-amount": Message("I cannot read “{words}” as an amount. Write it like this: {example}"),
    "phrase-bad-number": Message("I cannot read “{words}” as a number. Write it like this: {example}"),
    "phrase-bad-document": Message("I do not know the document “{words}”. These come closest: {documents}."),
    "phrase-bad-department": Message("I do not know the department “{words}”. There are these: {departments}."),
    "phrase-sent": Message("Sent to the resident in {language}:"),
    "button-phrase-name": Message("{name}", comment="the short name of a phrase, such as bring"),
    "phrase-preview": Message("The resident gets this in {language}:"),
    "phrase-meaning": Message("It means:", comment="below it stands the same text in the language of staff"),
    "blank-date": Message("day", comment="what goes into a blank, shown in square brackets"),
    "blank-past": Message("day until now", comment="what goes into a blank: a day that is not to come"),
    "blank-moment": Message("day and, if you like, time", comment="what goes into a blank"),
    "blank-money": Message("amount in kroner", comment="what goes into a blank"),
    "blank-documents": Message("documents", comment="what goes into a blank: one paper or several"),
    "blank-department": Message("department", comment="what goes into a blank"),
    "blank-count": Message("number", comment="what goes into a blank"),
    "blank-days": Message("number of days", comment="what goes into a blank"),
}
