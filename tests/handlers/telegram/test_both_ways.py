"""Albums, corrections and reactions, from residents to staff and back, through the real process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.telegram.desk import LONG, claimed, hand_over, texts, wait_receipt

if TYPE_CHECKING:
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group, Topic

pytestmark = pytest.mark.process


@pytest.fixture
def ann(server: TelegramServer) -> User:
    return server.user("Ann")


@pytest.fixture
def topic(bot: BotProcess, ann: User, group: Group, mette: User) -> Topic:
    """Ann's case, which Mette has taken."""
    return claimed(ann, group, mette)


def photos(chat: User | Topic) -> list[tuple[str, str]]:
    """(album, words) of the pictures the bot has brought."""
    return [(message.album, message.text) for message in chat.inbox if message.kind == "photo"]


# ---- albums ----------------------------------------------------------------------------------------------


def test_an_album_reaches_staff_as_one_with_its_words_apart(server: TelegramServer, topic: Topic, ann: User) -> None:
    ann.send_album(3, "my cpr is 010190-1234, three pages")
    ann.send("These are all.")
    topic.wait("three pages", LONG)
    topic.wait_until(lambda seen: len(photos(seen)) == 3, LONG)
    albums = photos(topic)
    assert len(set(albums)) == 1
    assert albums[0][0]
    assert albums[0][1] == ""
    assert len(server.calls_of("copyMessages")) == 1
    assert "010190" not in "\n".join(message.text for message in topic.inbox)
    topic.wait("These are all.", LONG)


def test_an_album_reaches_the_resident_as_one_with_its_words(
    server: TelegramServer, topic: Topic, ann: User, mette: User
) -> None:
    first, *_ = topic.send_album(mette, 3, "Fill these in")
    topic.say(mette, "And come on Wednesday.")
    ann.wait("And come on Wednesday.", LONG)
    albums = photos(ann)
    assert [words for _, words in albums] == ["Fill these in", "", ""]
    assert len({album for album, _ in albums}) == 1
    assert len(server.calls_of("copyMessages")) == 1
    assert texts(ann).count("sent you a file") == 1
    wait_receipt(topic, first, "👍")


def test_an_album_from_before_the_hand_over_stays_one(
    bot: BotProcess, server: TelegramServer, ann: User, group: Group
) -> None:
    ann.start()
    ann.send_album(2)
    ann.wait("cannot read what is in it")
    topic = hand_over(ann, group)
    topic.wait_until(lambda seen: len(photos(seen)) == 2, LONG)
    assert len(server.calls_of("copyMessages")) == 1


@pytest.mark.parametrize("captions", [("// between us",), ("", "// between us")])
def test_an_album_with_a_note_stays_among_staff(
    topic: Topic, ann: User, mette: User, captions: tuple[str, ...]
) -> None:
    topic.send_album(mette, 3, *captions)
    topic.say(mette, "That is all from me.")
    ann.wait("That is all from me.", LONG)
    assert photos(ann) == []
    assert "sent you a file" not in texts(ann)


def test_words_under_a_file_are_redacted_on_their_way_to_the_resident(topic: Topic, ann: User, mette: User) -> None:
    topic.send_photo(mette, "for 010190-1234")
    ann.wait("for [CPR]", LONG)
    ann.wait(lambda message: message.kind == "photo", LONG)
    topic.wait("was removed from your answer", LONG)
    assert "010190" not in texts(ann)


def test_an_album_of_which_a_part_is_gone_is_told(server: TelegramServer, topic: Topic, ann: User, mette: User) -> None:
    _, second, _ = topic.send_album(mette, 3)
    topic.delete_message(mette, second)
    topic.wait("part of the album can no longer be read", LONG)
    assert len(photos(ann)) == 2


# ---- corrections -----------------------------------------------------------------------------------------


def test_a_corrected_answer_is_changed_where_the_resident_has_it(topic: Topic, ann: User, mette: User) -> None:
    said = topic.say(mette, "Come on Wednesday.")
    ann.wait("Come on Wednesday.")
    topic.edit(mette, said, "Come on Thursday.")
    changed = ann.wait("Come on Thursday.")
    assert changed.edited
    assert changed.labels
    assert "Wednesday" not in texts(ann)
    topic.wait(lambda message: "Case #1" in message.text and "Come on Thursday." in message.text, LONG)


def test_what_cannot_be_changed_is_said_again(server: TelegramServer, topic: Topic, ann: User, mette: User) -> None:
    said = topic.say(mette, "Come on Wednesday.")
    ann.wait("Come on Wednesday.")
    server.fail("editMessageText", status=400, chat=ann.id, description="Bad Request: message can't be edited")
    topic.edit(mette, said, "Come on Thursday.")
    again = ann.wait("Come on Thursday.")
    assert not again.edited
    assert "correct" in again.text.lower()
    topic.edit(mette, said, "Come on Friday.")
    assert ann.wait("Come on Friday.").message_id == again.message_id


def test_a_long_answer_that_took_two_messages_is_said_again(topic: Topic, ann: User, mette: User) -> None:
    said = topic.say(mette, "word " * 818)
    ann.wait(lambda message: "word" in message.text and message.buttons, LONG)
    first, last = [message for message in ann.inbox if "word" in message.text]
    assert (first.labels, first.message_id < last.message_id) == ([], True)
    topic.edit(mette, said, "Much shorter now.")
    assert not ann.wait("Much shorter now.", LONG).edited


def test_words_under_a_file_are_corrected_there(topic: Topic, ann: User, mette: User) -> None:
    said = topic.send_photo(mette, "Fill this in")
    ann.wait("Fill this in", LONG)
    topic.edit(mette, said, "Fill this in and sign it")
    changed = ann.wait("Fill this in and sign it", LONG)
    assert (changed.kind, changed.edited) == ("photo", True)


def test_what_was_never_sent_is_not_corrected(topic: Topic, ann: User, mette: User) -> None:
    note = topic.say(mette, "// he sounds worried")
    said = topic.say(mette, "We look into it.")
    ann.wait("We look into it.")
    topic.edit(mette, note, "he sounds very worried")
    topic.edit(mette, said, "// we do not look into it")
    topic.wait("keeps this answer as it was", LONG)
    topic.edit(mette, said, "We look into it today.")
    ann.wait("We look into it today.")
    assert "worried" not in texts(ann)
    assert "do not look" not in texts(ann)


def test_in_a_closed_case_a_correction_is_refused(topic: Topic, ann: User, mette: User) -> None:
    said = topic.say(mette, "Come on Wednesday.")
    ann.wait("Come on Wednesday.")
    topic.press(mette, "Close")
    ann.wait("is closed")
    topic.edit(mette, said, "Come on Thursday.")
    topic.wait("Not sent: the case is closed.", LONG)
    assert "Thursday" not in texts(ann)


def test_a_residents_correction_is_relayed(topic: Topic, ann: User) -> None:
    said = ann.send("My street is Hold-an Vej")
    topic.wait("My street is Hold-an Vej")
    ann.edit(said, "My street is Hold-an Vej 7")
    topic.wait("Corrected message:")


# ---- reactions -------------------------------------------------------------------------------------------


def test_a_residents_reaction_stands_on_the_answer_of_staff(topic: Topic, ann: User, mette: User) -> None:
    said = topic.say(mette, "Come on Wednesday.")
    answer = ann.wait("Come on Wednesday.")
    wait_receipt(topic, said, "👍")
    ann.react(answer, "❤")
    wait_receipt(topic, said, "❤")
    ann.react(answer)
    wait_receipt(topic, said, "👍")


def test_a_reaction_of_staff_stands_on_the_residents_message(topic: Topic, ann: User, mette: User) -> None:
    asked = ann.send("Is Wednesday fine?")
    shown = topic.wait("Is Wednesday fine?")
    topic.react(mette, shown, "👌")
    ann.wait_until(lambda seen: "👌" in seen.message(asked).reactions)
    topic.react(mette, shown)
    ann.wait_until(lambda seen: not seen.message(asked).reactions)


def test_other_reactions_are_nobodys_business(
    bot: BotProcess, server: TelegramServer, topic: Topic, ann: User, mette: User
) -> None:
    before = len(server.calls_of("setMessageReaction"))
    ann.react(ann.inbox[0], "👍")
    topic.react(mette, topic.inbox[0], "👍")
    topic.say(mette, "Come on Wednesday.")
    ann.wait("Come on Wednesday.")
    server.wait_call("setMessageReaction", lambda call: call.chat == topic.group.id)
    assert len(server.calls_of("setMessageReaction")) == before + 1


# ---- forwards --------------------------------------------------------------------------------------------


def test_a_forwarded_message_is_not_sent_and_staff_are_told(topic: Topic, ann: User, mette: User) -> None:
    topic.forward(mette, "Words of a colleague, with a private address")
    topic.wait("A forwarded message is not sent.")
    topic.channel_post("News of the municipality's channel")
    topic.say(mette, "In my own words.")
    ann.wait("In my own words.")
    assert "private address" not in texts(ann)
    assert "News of" not in texts(ann)
