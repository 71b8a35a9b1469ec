"""What staff read about their queue, about one case, and about the figures of the desk."""

from __future__ import annotations

from bot.messages.message import Message

QUEUE = {
    "queue-intro": Message("This group has {count} open case:", "This group has {count} open cases:"),
    "queue-none": Message("This group has no open case."),
    "queue-case": Message(
        "{number} · {state} · {language} · {entry}", comment="a case such as #12; {entry} is the title of an answer"
    ),
    "queue-case-plain": Message("{number} · {state} · {language}", comment="a case such as #12"),
    "queue-late": Message("Late: the answer was promised by {moment}"),
    "queue-more": Message("And {count} more case.", "And {count} more cases."),
    "mine-yours": Message("It is your turn in {count} case:", "It is your turn in {count} cases:"),
    "mine-theirs": Message("You wait for the resident in {count} case:", "You wait for the resident in {count} cases:"),
    "mine-none": Message("You have no open case. /queue shows those that wait for somebody."),
    "ticket-howto": Message("Write the number of a case, for example: {example}", comment="{example} like /ticket 12"),
    "ticket-unknown": Message("There is no case {number}."),
    "ticket-elsewhere": Message(
        "Department: {department}. Only the group that has a case can read what was said: that protects the resident. "
        "Ask your colleagues there."
    ),
    "ticket-words-there": Message(
        "What was said stands only in the case's own topic, so that nothing of it is left when the case is erased."
    ),
    "ticket-history": Message("What happened:"),
    "ticket-earlier": Message("{count} earlier step is left out.", "{count} earlier steps are left out."),
    "ticket-step": Message("{moment}: {event} ({who})", comment="{event} such as taken by staff, {who} such as staff"),
    "actor-resident": Message("the resident"),
    "actor-staff": Message("staff"),
    "actor-system": Message("the assistant"),
    "event-open": Message("passed on to staff"),
    "event-claim": Message("taken by staff"),
    "event-reply": Message("the resident got an answer"),
    "event-edit": Message("answer corrected"),
    "event-wait": Message("set to wait for the resident"),
    "event-resident": Message("the resident wrote"),
    "event-release": Message("put back into the queue"),
    "event-transfer": Message("handed over to another department"),
    "event-close": Message("case closed"),
    "event-idle": Message("closed after a long silence"),
    "event-reopen": Message("opened again"),
    "event-withdraw": Message("taken back by the resident"),
    "event-resident_reopen": Message("opened again by the resident"),
    "event-rated_yes": Message("rated: content with the help"),
    "event-rated_no": Message("rated: not content with the help"),
    "staff-command-queue": Message("The open cases of this group"),
    "staff-command-mine": Message("My cases"),
    "staff-command-ticket": Message("Look up a case by its number"),
    "staff-command-stats": Message("Figures of the last days"),
}

STATS = {
    "stats-title": Message("Figures from {first} to {last}"),
    "stats-title-day": Message("Figures of {last}"),
    "stats-howto": Message(
        "Write for how many days, from 1 to {most}, for example: {example}", comment="{example} like /stats 30"
    ),
    "stats-none": Message("Nothing was asked, and no case was opened or closed."),
    "stats-asked": Message("Questions asked: {number}"),
    "stats-answered": Message(
        "Answered by the assistant alone: {number} ({share})", comment="{share} is in percent of all questions"
    ),
    "stats-choices": Message("A choice of answers offered: {number}"),
    "stats-unanswered": Message("No answer found: {number}"),
    "stats-handed-over": Message("Handed over to staff: {number}"),
    "stats-helped": Message("Answers rated as helpful: {good} of {all}"),
    "stats-languages": Message("By language:"),
    "stats-topics": Message("By topic:"),
    "stats-line": Message(
        "• {name}: asked {asked}, answered {answered}, handed over {handed}",
        comment="numbers of questions; {name} is a language or a topic",
    ),
    "stats-no-topic": Message("no topic"),
    "stats-cases": Message("Cases: opened {opened}, closed {closed}", comment="numbers of cases"),
    "stats-department": Message("• {department}: opened {opened}, closed {closed}", comment="numbers of cases"),
    "stats-first-answers": Message(
        "First answer: half of the residents had it within {median}, nine in ten within {most}."
    ),
    "stats-closings": Message("Closed: half of the cases within {median}, nine in ten within {most}."),
    "stats-round-the-clock": Message("These times are counted around the clock, also at night and at weekends."),
    "stats-promises": Message("Promises kept: {kept} of {all} ({share})"),
    "stats-content": Message("Residents content with the help: {good} of {all}"),
}

DIGEST = {
    "digest-title": Message("Good morning! The cases of this group on {day}:"),
    "digest-calm": Message("No case waits for you."),
    "digest-new": Message("New since the last overview: {count} case", "New since the last overview: {count} cases"),
    "digest-unclaimed": Message("Nobody has taken it yet: {count} case", "Nobody has taken them yet: {count} cases"),
    "digest-today": Message("Answer promised today: {count} case", "Answer promised today: {count} cases"),
    "digest-late": Message("Late: {count} case", "Late: {count} cases"),
    "digest-how": Message("/queue shows them all, the most pressing first."),
    "digest-since": Message(
        "Since {day}: opened {opened}, answered for the first time {answered}, closed {closed}",
        comment="numbers of cases",
    ),
    "digest-week": Message("Promises kept last week: {kept} of {all} ({share})"),
}
