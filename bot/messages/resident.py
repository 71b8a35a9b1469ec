"""What residents read: greetings, small talk, answers, handing over."""

from __future__ import annotations

from bot.messages.message import Message

RESIDENT = {
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
    "smalltalk-followup": Message(
        "What is it about? Please name the thing too, for example a tax card, a school or a permit."
    ),
    "group-leave": Message("I only talk to people one by one, so I leave this group. Write to me in a private chat."),
    "beside-hint": Message("You can show this at a counter. The Danish text is the one that counts there."),
    "rate-thanks": Message("Thank you, I am glad that it helped."),
    "rate-missing": Message("I am sorry. What was wrong?"),
    "rate-noted": Message("Thank you, I have noted it for the editors. A person can help you with the rest."),
    "redacted-notice": Message(
        "I have removed a CPR number or a bank detail from your message. Please do not write them here."
    ),
    "switch-hint": Message("It looks as if you wrote in {language}.", comment="followed by a button to switch"),
}


HANDOVER = {
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
    "answer-promised": Message(
        "Answer at the latest: {moment} (Danish time).", comment="{moment}: a weekday, day and time, in the nominative"
    ),
    "staff-away": Message("Staff are not at work now. Back at work: {moment} (Danish time)."),
    "transferred-notice": Message("Your case {number} is now with {department}. The answer comes here in this chat."),
    "idle-notice": Message(
        "Do you still need help with your case {number}? If not, you need not do anything: it is closed on {day}."
    ),
    "closed-idle-notice": Message(
        "Your case {number} is closed, because you have not written for a long time. You can open it again at any time."
    ),
    "rate-case-ask": Message("How was the help you got from staff?"),
    "rate-case-thanks": Message("Thank you, staff will see it."),
    "rate-case-sorry": Message(
        "Thank you for telling us, staff will see it. If your question is still open, open the case again or ask a "
        "person."
    ),
    "staff-reply-corrected": Message("Corrected answer from staff ({department}), case {number}:"),
    "handover-cancelled": Message("Nothing was passed on."),
    "claimed-notice": Message(
        "A member of staff has taken your case {number}. What you write now goes to them.",
    ),
    "claimed-elsewhere": Message("A member of staff has taken your case {number}."),
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


BUTTONS = {
    "button-ask-person": Message("Ask a person"),
    "button-menu": Message("All topics"),
    "button-language": Message("Language"),
    "button-none": Message("None of these"),
    "button-send": Message("Yes, pass it on"),
    "button-rewrite": Message("Write it again"),
    "button-cancel": Message("Cancel"),
    "button-to-bot": Message("Ask the assistant"),
    "button-to-staff": Message("Write to staff"),
    "button-case-good": Message("👍 Good"),
    "button-case-bad": Message("👎 Not good"),
    "button-case-keep": Message("Yes, I still need help"),
    "button-case-done": Message("No, it is done"),
    "button-switch": Message("Answer in {language}"),
    "button-wrong-language": Message("Another language?"),
    "button-more": Message("More detail"),
    "button-less": Message("Shorter"),
    "button-danish": Message("Show in Danish"),
    "button-helped": Message("It helped"),
    "button-not-helped": Message("It did not help"),
    "missing-unclear": Message("Hard to understand"),
    "missing-not-mine": Message("Not about my situation"),
    "missing-outdated": Message("Wrong or out of date"),
    "missing-detail": Message("Too little detail"),
    "button-open": Message("Open: {name}", comment="opens a web page; {name} is the page's name"),
}


ANSWER = {
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
