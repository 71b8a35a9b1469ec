"""The real bot process on a local Telegram: residents and staff use it as they would, with faults in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.handlers.telegram.desk import QUESTION as STAFF_QUESTION
from tests.handlers.telegram.desk import hand_over

if TYPE_CHECKING:
    from tests.process import BotProcess
    from tests.telegram_server.resident import User
    from tests.telegram_server.server import TelegramServer
    from tests.telegram_server.staff import Group

pytestmark = pytest.mark.process


def test_a_pole_gets_the_polish_answer_with_source_and_date(bot: BotProcess, server: TelegramServer) -> None:
    ola = server.user("Ola", "pl")
    ola.start()
    ola.wait("Dzień dobry")
    ola.send("jak dostać numer CPR?")
    answer = ola.wait("Źródło:")
    assert any(entity["type"] == "text_link" for entity in answer.entities)
    ola.press("Więcej szczegółów")
    ola.wait("5 dni")


def test_language_is_chosen_by_button_and_stays(bot: BotProcess, server: TelegramServer) -> None:
    sam = server.user("Sam", "en")
    sam.start()
    sam.wait("Hello!")
    sam.press("Dansk")
    sam.wait("svar", timeout=5)
    sam.send("how do i get a tax card")
    answer = sam.wait("Kilde:")
    assert "English" in " ".join(answer.labels)


def test_hand_over_claim_answer_and_close(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    assert topic.name.startswith("#1 · EN")
    topic.press(mette, "Take it")
    ann.wait("taken your case #1")
    topic.wait("With: Mette")
    said = topic.say(mette, "Please come on Wednesday.")
    answer = ann.wait("Please come on Wednesday.")
    assert "Mette" not in answer.text
    topic.wait_until(lambda seen: "👍" in seen.message(said).reactions)
    ann.send("Thank you, at what time?")
    topic.wait("Thank you, at what time?")
    topic.press(mette, "Close")
    ann.wait("is closed")
    topic.wait_until(lambda seen: seen.closed)


def test_staff_choose_an_entry_and_a_pole_reads_it_in_polish(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ola = server.user("Ola", "pl")
    ola.start()
    ola.wait("Dzień dobry")
    known = {topic.thread_id for topic in group.topics}
    ola.send("chcę rozmawiać z człowiekiem")
    ola.wait("Czy zgadzasz się")
    ola.press("Tak, przekaż")
    topic = group.wait_topic(lambda topic: topic.thread_id not in known)
    topic.wait("chcę rozmawiać z człowiekiem")
    topic.say(mette, "/suggest skattekort")
    topic.wait("Choose one to read it")
    topic.press(mette, "Get a tax card")
    topic.wait("The resident gets this text in their own language (Polski)")
    topic.press(mette, "Send it to the resident")
    answer = ola.wait("Wyrób kartę podatkową")
    assert "skattekort" in answer.text
    topic.wait("Sent to the resident in Polski")


def test_a_note_stays_among_staff(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.say(mette, "// difficult case")
    topic.say(mette, "We will call you.")
    ann.wait("We will call you.")
    assert all("difficult" not in message.text for message in ann.inbox)


def test_only_the_owner_answers(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann, jens = server.user("Ann"), group.member(server.user("Jens", "da"))
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    topic.wait("With: Mette")
    topic.say(jens, "Let me answer that.")
    topic.wait("Not sent: Mette has this case.")
    assert all("Let me answer" not in message.text for message in ann.inbox)


def test_a_blocked_bot_is_shown_where_the_answer_was_written(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    ann.block()
    topic.wait("has blocked the assistant or left")
    topic.say(mette, "Are you there?")
    topic.wait("Not delivered")


def test_a_photo_reaches_staff(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann")
    ann.start()
    ann.send_photo("")
    ann.wait("cannot read what is in it")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.wait(lambda message: message.kind == "photo")
    topic.send_document(mette, "Fill this in")
    ann.wait(lambda message: message.kind == "document")


def test_a_cpr_number_reaches_neither_staff_nor_the_database(
    bot: BotProcess, server: TelegramServer, group: Group
) -> None:
    ann = server.user("Ann")
    ann.send("my cpr is 010190-1234, I want to talk to a person")
    assert "010190" not in ann.wait("Do you agree").text
    ann.press("Yes, pass it on")
    topic = group.wait_topic("#1")
    assert "my cpr is [CPR]" in topic.wait("Case #1").text
    bot.stop()
    stored = b"".join(path.read_bytes() for path in bot.database.parent.glob("bot.db*"))
    assert b"010190" not in stored
    assert "010190" not in bot.log


def test_an_answer_survives_a_kill(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    bot.kill()
    topic.say(mette, "Written while the bot was away.")
    ann.send("And I wrote this meanwhile.")
    bot.start()
    ann.wait("Written while the bot was away.")
    answers = [message for message in ann.inbox if "Written while" in message.text]
    assert len(answers) == 1


def test_a_lost_answer_to_topic_creation_makes_no_second_topic(
    bot: BotProcess, server: TelegramServer, group: Group
) -> None:
    ann = server.user("Ann")
    server.fail("createForumTopic", mode="accept_then_reset")
    hand_over(ann, group, STAFF_QUESTION)
    assert len([topic for topic in group.topics if topic.name.startswith("#1")]) == 1


def test_a_deleted_topic_is_made_anew(bot: BotProcess, server: TelegramServer, group: Group, mette: User) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    ann.wait("taken your case")
    topic.delete()
    ann.send("One more thing")
    again = group.wait_topic(lambda new: new.thread_id != topic.thread_id and new.name.startswith("#1"))
    again.wait("Here is the case again")
    assert any("Case #1 · taken" in message.text for message in again.messages), [str(one) for one in again.messages]


def test_a_topic_closed_by_hand_still_takes_the_message(
    bot: BotProcess, server: TelegramServer, group: Group, mette: User
) -> None:
    ann = server.user("Ann")
    topic = hand_over(ann, group, STAFF_QUESTION)
    topic.press(mette, "Take it")
    ann.wait("taken your case")
    topic.close()
    ann.send("Hello again")
    topic.wait("Hello again")


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 502}])
def test_a_fault_on_the_way_out_loses_nothing(bot: BotProcess, server: TelegramServer, fault: dict[str, int]) -> None:
    ann = server.user("Ann")
    server.fail("sendMessage", times=2, **fault)  # type: ignore[arg-type]
    ann.start()
    ann.wait("Hello!", timeout=15)
    assert len([message for message in ann.inbox if "Hello!" in message.text]) == 1


def test_a_duplicated_update_is_answered_once(bot: BotProcess, server: TelegramServer) -> None:
    ann = server.user("Ann")
    server.duplicate_updates(1)
    ann.start()
    ann.wait("Hello!")
    ann.send("how do i get a cpr number")
    ann.wait("Source:")
    assert len([message for message in ann.inbox if "Hello!" in message.text]) == 1


def test_a_staff_button_in_a_private_chat_changes_nothing(
    bot: BotProcess, server: TelegramServer, group: Group
) -> None:
    ann, eve = server.user("Ann"), server.user("Eve")
    topic = hand_over(ann, group, STAFF_QUESTION)
    eve.start()
    eve.wait("Hello!")
    eve.send("/claim 1")
    eve.wait("I do not know the command /claim")
    assert topic.can_press("Take it")


def test_a_link_into_the_chat_opens_the_entry(bot: BotProcess, server: TelegramServer) -> None:
    ann = server.user("Ann")
    ann.start("cpr-registration")
    ann.wait("Hello!")
    assert "CPR" in ann.wait("Source:").text


def test_nothing_that_people_send_is_left_without_an_answer(bot: BotProcess, server: TelegramServer) -> None:
    ann = server.user("Ann")
    ann.start()
    ann.wait("Hello!")
    for kind in ("dice", "poll", "story", "checklist", "game"):
        ann.send_kind(kind)
        ann.wait("I cannot read this kind of message")
    ann.send_sticker()
    ann.wait("I cannot read this kind of message")
    for kind in ("venue", "video_note", "animation", "audio"):
        ann.send_kind(kind)
        ann.wait("cannot read what is in it")
    ann.forward("how do i get a cpr number")
    ann.wait("Source:")


def test_put_into_a_group_it_says_one_word_and_leaves(bot: BotProcess, server: TelegramServer) -> None:
    ann, neighbours = server.user("Ann"), server.strange_group("Neighbours")
    neighbours.member(ann)
    for _ in range(2):
        neighbours.set_bot("administrator", by=ann)
        neighbours.general.say(ann, "/start@ballerup_test_bot")
        neighbours.general.wait_until(lambda _: neighbours.bot_status == "left", timeout=15)
    assert len([message for message in neighbours.messages if message.from_bot]) == 2
    ann.start()
    ann.wait("Hello!")


def test_an_answer_is_found_in_any_chat(bot: BotProcess, server: TelegramServer, group: Group) -> None:
    ola = server.user("Ola", "pl")
    typed = ola.inline("jak dostać numer CPR?", chat_type="supergroup")
    answer = typed.wait()
    assert "CPR" in answer["results"][0]["title"]
    assert "Źródło:" in answer["results"][0]["input_message_content"]["message_text"]
    ola.start(answer["button"]["start_parameter"])
    ola.wait("Źródło:")
    assert "CPR?" not in bot.log


def test_danger_is_answered_at_once(bot: BotProcess, server: TelegramServer) -> None:
    ann = server.user("Ann")
    ann.send("help, my kitchen is on fire")
    answer = ann.wait("112")
    assert answer.text.startswith("Emergency")


def test_it_stops_gracefully(bot: BotProcess) -> None:
    assert bot.stop() == 0
