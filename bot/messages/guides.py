"""What the guides say: the grant finder, the company's intake, the arrival checklist, the partner cities."""

from __future__ import annotations

from bot.messages.message import Message

GUIDES = {
    "guide-grants": Message("Find a grant that fits", comment="the name of the grant finder, also on a button"),
    "guide-noted": Message("I have noted:"),
    "guide-given": Message("{question} {answer}", comment="a question and the answer given, side by side"),
    "guide-given-listed": Message("• {question} {answer}", comment="a question and the answer given, in a list"),
    "guide-words-hint": Message("Choose one, or tell me in your own words what it is about."),
    "guide-date-hint": Message("Write the day, for example with the month in words. The month alone is enough."),
    "guide-misread-choice": Message(
        "I could not match that with an answer. Choose one below, or write it in other words."
    ),
    "guide-misread-yes-no": Message("Please answer yes or no, or say that you do not know."),
    "guide-misread-number": Message("Please write one number from {least} to {most}."),
    "guide-misread-date": Message("I could not read a day in that. Write it like this: {example}."),
    "guide-misread-cvr": Message(
        "That is no valid CVR number. It has eight digits and stands on invoices and on virk.dk. You can leave it out."
    ),
    "guide-stale": Message("That button no longer fits. This is where we are now."),
    "guide-stopped": Message("I have kept your answers. You can go on whenever you like."),
    "guide-changes": Message("Your answers. Which one do you want to change?"),
    "grants-fit": Message("These fit your answers:"),
    "grants-maybe": Message("These may fit. I do not know enough:"),
    "grants-closed": Message("These would fit, but they are closed:"),
    "grants-not": Message("These do not fit your answers:"),
    "grants-none": Message(
        "No grant that I know fits your answers. You can change an answer, or ask a person: there may be others."
    ),
    "grants-others": Message("{count} other grant does not fit.", "{count} other grants do not fit."),
    "grant-yes": Message("It fits because:"),
    "grant-no": Message("It does not fit because:"),
    "grant-unknown": Message("This must hold too, and I do not know if it does:"),
    "grant-open": Message("You can apply now."),
    "grant-unconfirmed": Message("It is not confirmed that this grant still runs. Ask before you plan with it."),
    "grant-closed": Message("You can no longer apply for this grant."),
    "grant-amount": Message("Amount: {amount}", comment="{amount} may be a list of amounts or shares"),
    "grant-amounts": Message("Amounts: the full answer says what is paid for what."),
    "grant-deadline": Message("Deadline: {deadline}"),
    "grant-no-deadline": Message("Deadline: not known."),
    "grant-apply": Message("Apply here: {way}", comment="{way} is the name of a web page or an e-mail address"),
    "checklist-progress": Message(
        "{done} of {count} step is done.", "{done} of {count} steps are done.", comment="{count} is the number of steps"
    ),
    "checklist-next": Message("Do this next:"),
    "checklist-maybe": Message("I need some more answers to tell what comes next."),
    "checklist-finished": Message("All steps are done. Welcome to Ballerup!"),
    "checklist-due": Message("▢ {step}: at the latest on {day}"),
    "checklist-late": Message("▢ {step}: do it now, the last day was {day}"),
    "reminder-set": Message("I will remind you on {day}: {step}"),
    "reminder-off": Message("I will not remind you."),
    "reminder-now": Message("You asked me to remind you:"),
    "offers-fit": Message("This fits what you have told me:"),
    "offers-maybe": Message("This may fit:"),
    "offers-none": Message("I have no offer that fits what you have told me, but a person can help you."),
    "offers-person": Message(
        "The department ({department}) can take it from here. I can send them your answers as a short brief.",
        comment="{department} is a name",
    ),
    "offer-because": Message("• {offer} (because you said: {reasons})", comment="{reasons} is a list of answers"),
    "brief-fits": Message("Fits by the rules: {names}"),
    "brief-offers": Message("Offers that fit by the rules:"),
}

GUIDE_BUTTONS = {
    "button-begin": Message("▶ {guide}", comment="begins a guide; {guide} is its name"),
    "button-continue": Message("Go on: {guide}", comment="back to what was interrupted; {guide} is its name"),
    "button-unknown": Message("I do not know"),
    "button-back": Message("Back"),
    "button-stop": Message("Stop for now"),
    "button-result": Message("Show the result"),
    "button-restart": Message("Start again"),
    "button-change": Message("Change answers"),
    "button-to-adviser": Message("Send to an adviser"),
    "button-why": Message("Why? {grant}", comment="shows why a grant fits or not; {grant} is its name"),
    "button-others": Message("Which do not fit?"),
    "button-next-steps": Message("What is next?"),
    "button-all-steps": Message("All steps"),
    "button-tick": Message("▢ {step}", comment="a step that is not done; pressing ticks it"),
    "button-untick": Message("✓ {step}", comment="a step that is done; pressing takes the tick away"),
    "button-done": Message("✓ Done"),
    "button-not-done": Message("Not done yet"),
    "button-remind": Message("Remind me"),
    "button-no-reminder": Message("No reminder"),
    "button-cities": Message("Partner cities"),
}

ANSWERS = {
    "answer-yes": Message("Yes", comment="a button, and an answer in a list"),
    "answer-no": Message("No", comment="a button, and an answer in a list"),
    "answer-unknown": Message("not known", comment="the answer of somebody who did not know, in a list"),
    "answer-other": Message("None of these", comment="none of the options; a button, and an answer in a list"),
}

CITIES = {
    "cities-ask": Message("Ballerup works with these cities and networks, or did so earlier. Which one?"),
    "city-current": Message("The cooperation is active, as far as we know."),
    "city-unclear": Message("It is not clear if the cooperation is still active."),
    "city-ended": Message("The cooperation has ended."),
    "city-history": Message("What has happened:"),
    "city-event": Message("• {when}: {event}"),
    "city-whom": Message("Whom to ask: {department}"),
    "city-for-whom": Message("What can it offer you? Choose who you are:"),
    "city-grants": Message("These grants may pay: {names}"),
    "audience-newcomer": Message("Newcomers"),
    "audience-resident": Message("Residents"),
    "audience-company": Message("Companies"),
    "audience-association": Message("Associations"),
    "audience-school": Message("Schools"),
    "audience-employee": Message("Employees"),
    "audience-young-person": Message("Young people"),
}
