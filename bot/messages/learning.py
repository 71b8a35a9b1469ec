"""What staff read about questions without an answer, proposals for the knowledge, and answers that are called back."""

from __future__ import annotations

from bot.messages.message import Message

LEARNING = {
    "gaps-list": Message("These questions were not answered, the most frequent first:"),
    "gaps-none": Message("No question is noted as unanswered."),
    "gaps-bad-language": Message("I do not know that language. Write one of these: {codes}."),
    "gap-line": Message(
        "{count} question: {words}",
        "{count} questions: {words}",
        comment="{words} are single words in the language of those who asked",
    ),
    "gap-no-words": Message("(no words that I know)"),
    "gap-near": Message("{language}. {reason}. Nearest entry: {entry}"),
    "gap-far": Message("{language}. {reason}."),
    "gap-reason-none": Message("Nothing was found"),
    "gap-reason-unsure": Message("None of the choices fitted"),
    "gap-reason-out_of_scope": Message("Taken for something that is not our work"),
    "gap-reason-not_helpful": Message("The answer did not help"),
    "learning-no-case": Message("Write this in the topic of a closed case."),
    "learning-not-closed": Message("This works once the case is closed."),
    "learning-admins-only": Message("Only an administrator of the assistant can do this."),
    "button-entry": Message("Make an entry"),
    "entry-proposed": Message(
        "Proposal {number}: a draft of a new entry from this case. Read it for personal data. An administrator, "
        "somebody else than you, approves it; then an editor writes the entry."
    ),
    "addphrase-howto": Message("Write the id of an entry, and after it the phrase: {example}."),
    "addphrase-known": Message("The entry “{entry}” has this phrase already."),
    "addphrase-preview": Message(
        "This would be proposed for “{entry}” in {language}. Read it for personal data. Nothing is proposed yet."
    ),
    "button-propose": Message("Propose it"),
    "proposal-list": Message("These proposals wait for an administrator:"),
    "proposal-list-none": Message("No proposal waits."),
    "proposal-line-entry": Message("Proposal {number}: a new entry, from a case in {language}"),
    "proposal-line-phrase": Message("Proposal {number}: a phrase for the entry {entry}, in {language}"),
    "button-read-proposal": Message("Read proposal {number}"),
    "button-approve": Message("Approve it"),
    "button-reject": Message("Reject it"),
    "proposal-shown": Message(
        "Proposal {number}. Read it for personal data, and approve it only if nothing in it points to somebody:"
    ),
    "proposal-added": Message("Proposal {number} waits for an administrator now. /proposals lists it."),
    "proposal-approved": Message("Proposal {number} is approved. An editor will put it into the knowledge."),
    "proposal-rejected": Message("The proposal is rejected and forgotten."),
    "proposal-own": Message("Somebody else must approve what you proposed."),
    "proposal-gone": Message("There is no such proposal any more. /proposals lists those that wait."),
    "proposal-howto": Message("Write the number of the proposal as well. /proposals lists those that wait."),
    "recall-howto": Message(
        "Write the id of an entry, and after it how many days to look back: {example}. With “notify” at the end you "
        "see what these people would be told."
    ),
    "recall-list": Message("In the last {days} another version of “{entry}” than today's was given to:"),
    "recall-line": Message("{language}: {count} person", "{language}: {count} people"),
    "recall-none": Message("In the last {days} nobody was given another version of “{entry}” than today's."),
    "recall-urgent": Message(
        "Nobody is written to about an answer for danger: somebody else may read the message on their phone."
    ),
    "recall-expired": Message("“{entry}” has expired, so there is no answer to send. Renew it first."),
    "recall-preview": Message(
        "{count} person will read this in their own language. Nothing is sent yet:",
        "{count} people will read this, each in their own language. Nothing is sent yet:",
    ),
    "recall-stale": Message("Not sent: the answer has changed once more. Look at it again: {command}."),
    "recall-sent": Message("On its way to {count} person.", "On its way to {count} people."),
    "recall-sent-already": Message("Everybody has been written to already."),
    "recall-notice": Message("An answer I gave you on {day} has changed. This is the answer now:"),
    "button-recall": Message("Tell them"),
    "own-given": Message("Answers I gave you, in case they change"),
    "staff-command-gaps": Message("See what was not answered"),
    "staff-command-entry": Message("Propose a new entry from this case"),
    "staff-command-addphrase": Message("Propose a phrase for an entry"),
    "staff-command-proposals": Message("See what is proposed"),
    "staff-command-approve": Message("Approve a proposal"),
    "staff-command-reject": Message("Reject a proposal"),
    "staff-command-recall": Message("See who was given an old answer"),
}
