"""What staff read, and what the terminal says."""

from __future__ import annotations

from bot.messages.message import Message

DESK = {
    "card-title": Message("Case {number} · {state}"),
    "card-urgent": Message("URGENT"),
    "card-facts": Message("Language: {language} · Department: {department}"),
    "card-topic": Message("About: {entry}"),
    "card-owner": Message("With: {name}"),
    "card-audience": Message("For: {audience}", comment="{audience} such as Newcomers, Companies"),
    "card-promised": Message("Answer promised by: {moment}"),
    "card-rated-yes": Message("The resident was content with the help."),
    "card-rated-no": Message("The resident was not content with the help."),
    "card-earlier": Message("The resident asked before:"),
    "card-files": Message("{count} file", "{count} files"),
    "card-available": Message(
        "Do you not speak the language? {entries} entries (Answer with an entry) and {phrases} sentences (Phrases) are "
        "ready in it."
    ),
    "card-howto": Message(
        "Write here to answer the resident. A line that begins with // stays among staff.",
    ),
    "state-new": Message("new"),
    "state-claimed": Message("taken"),
    "state-answered": Message("answered"),
    "state-waiting": Message("waiting for the resident"),
    "state-closed": Message("closed"),
    "button-claim": Message("Take it"),
    "button-close": Message("Close"),
    "button-note": Message("Note"),
    "button-phrase": Message("Phrases"),
    "button-handover": Message("Hand over"),
    "button-wait": Message("Wait for the resident"),
    "button-release": Message("Put back"),
    "button-open-case": Message("Open {number}", comment="opens the topic of a case such as #12"),
    "button-reopen": Message("Reopen"),
    "button-suggest": Message("Answer with an entry"),
    "button-give": Message("Send it to the resident"),
    "suggest-intro": Message("These entries fit best. Choose one to read it; nothing is sent yet."),
    "suggest-line": Message("• {entry}: {score}", comment="{score} says how likely it is, in percent"),
    "suggest-none": Message("I found no entry that fits. Search with words of your own: /suggest and the words."),
    "suggest-preview": Message("The resident gets this text in their own language ({language}):"),
    "suggest-sent": Message("Sent to the resident in {language}: {entry}"),
    "suggest-stale": Message("Not sent: something has changed meanwhile. Choose the entry again."),
    "desk-taken": Message("{name} has already taken this case."),
    "desk-closed": Message("The case is closed."),
    "desk-reopened": Message("The case is open."),
    "desk-edit-note": Message("The resident keeps this answer as it was: what is sent cannot become a note."),
    "desk-forwarded": Message("A forwarded message is not sent. Write it in your own words, or send the file itself."),
    "desk-not-sent-left": Message("Not sent: whoever wrote this is not in this group any more."),
    "desk-staff-left": Message(
        "{name} is not in this group any more. The case is back in the queue: anybody can take it."
    ),
    "desk-topic-lost": Message("The topic of this case was deleted. Here is the case again, with all that was said."),
    "desk-resident-back": Message("The resident has written again. Answers can be delivered."),
    "desk-group-rights": Message(
        "Cases wait: I cannot open topics in this group. An administrator can turn on topics here and give me the "
        "right to manage them. Nothing is lost meanwhile."
    ),
    "desk-redacted": Message("A CPR number or a bank detail was removed from your answer. The resident reads:"),
    "desk-not-sent-closed": Message("Not sent: the case is closed. Press “Reopen” first."),
    "desk-not-sent-owner": Message("Not sent: {name} has this case."),
    "desk-failed": Message("Not delivered: {reason}"),
    "desk-resident-left": Message("The resident has blocked the assistant or left. Answers cannot be delivered."),
    "history-resident": Message("The resident wrote:"),
    "history-earlier": Message("The resident asked the assistant before:"),
    "history-staff": Message("Staff answered:"),
    "history-note": Message("Note among staff:"),
    "note-howto": Message("Write // and your note, or /note and your note. It stays among staff."),
    "handover-ask": Message("To which department? The case moves there with all that was said."),
    "handover-nowhere": Message("There is no other department to hand over to."),
    "handover-refused": Message("Not handed over: that department has the case already, or does not exist."),
    "desk-moved": Message("{name} has handed this case over to {department}."),
    "desk-moved-here": Message("{name} has handed this case over to you. This was said so far:"),
    "desk-elsewhere": Message("Not sent: case {number} is with {department} now. Write there."),
    "desk-returned": Message("{name} has not answered in time. The case is back in the queue: anybody can take it."),
    "desk-promise-soon": Message("Three quarters of the time are gone. Answer promised by: {moment}"),
    "desk-promise-over": Message("The time is up. Answer was promised by: {moment}"),
    "desk-waits-for-somebody": Message("Case {number} has waited longer than was promised. Who can take it?"),
    "desk-not-taken": Message("Nobody has this case. Press “Take it” first."),
    "desk-still-needed": Message("The resident still needs help with this case."),
    "desk-closed-by-resident": Message("The resident needs nothing more and has closed this case."),
    "desk-closed-idle": Message("The resident has not written for a long time, so the case is closed."),
    "desk-topic-closed": Message(
        "The topic is closed, but the case is still open. Write /close to close the case and tell the resident."
    ),
    "staff-not-allowed": Message("You are not on the list of those who may answer here. Ask an administrator."),
    "remedy-unreachable": Message(
        "The resident gets nothing any more until they write again. Use another way if you have one, or close the case."
    ),
    "remedy-again": Message("Try again, or send it in another form."),
    "desk-unknown-command": Message("I do not know that command here. These work: {commands}."),
    "reason-blocked": Message("the resident has blocked the assistant."),
    "reason-deactivated": Message("the resident's account is deleted."),
    "reason-unreachable": Message("the chat can no longer be reached."),
    "reason-too-long": Message("the message is too long."),
    "reason-album": Message("part of the album can no longer be read. The rest has arrived."),
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


TERMINAL = {
    "terminal-hint": Message(
        "Write a question, or a button's number. /person asks for a person, /staff shows the staff side, /quit ends."
    ),
    "terminal-staff": Message("Staff side. Write the number of a case, or /resident to go back."),
    "terminal-no-cases": Message("There are no open cases."),
    "terminal-case-hint": Message(
        "Write the answer to the resident, or: /claim, /suggest, /phrase, /wait, /handover, /release, /close, /reopen, "
        "/list, /resident. // begins a note."
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


COMMANDS = {
    "command-menu": Message("All topics"),
    "command-arrival": Message("My first steps in Ballerup"),
    "command-grants": Message("Find a grant that fits"),
    "command-company": Message("Help for my company"),
    "command-cities": Message("Partner cities"),
    "command-mycases": Message("My cases with staff"),
    "command-mydata": Message("What is stored about me"),
    "command-language": Message("Choose the language"),
    "command-staff": Message("Ask a person"),
    "command-help": Message("What I can do"),
    "command-privacy": Message("What is stored"),
    "staff-command-claim": Message("Take this case"),
    "staff-command-suggest": Message("Answer with an entry"),
    "staff-command-wait": Message("Wait for the resident"),
    "staff-command-handover": Message("Hand over to another department"),
    "staff-command-release": Message("Put this case back"),
    "staff-command-phrase": Message("Send a translated sentence"),
    "staff-command-close": Message("Close this case"),
    "staff-command-reopen": Message("Reopen this case"),
    "staff-command-note": Message("Note among staff"),
    "bot-description": Message(
        "Answers in your language about moving to, living in and doing business in Ballerup, with sources. "
        "A person can take over."
    ),
    "bot-short-description": Message("Ballerup Municipality's international assistant"),
}
