"""The conversation in a terminal: what the screen shows, and the real process with its input piped."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.mail import OutboxItem, Rates
from bot.core.model import Rendered, RenderedButton, Span, Style
from bot.service.mails import document_mail
from bot.service.personal import OwnFile
from handlers.terminal.screen import Screen
from handlers.terminal.session import TerminalChannel
from handlers.terminal.staff_side import COMMANDS
from tests.commands import start
from tests.harness import real_core
from tests.process import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.process

# ---- the screen ------------------------------------------------------------------------------------------


class Files:
    """Makes a file that tells what was asked for."""

    async def own_file(self, channel: str, chat: str, form: str, language: str) -> OwnFile:
        return OwnFile("mydata.txt", f"{channel} {chat}\n\x1b[2J{form} {language}", "Everything")


class Glass(io.StringIO):
    """A stream that says it is a real terminal."""

    def isatty(self) -> bool:
        return True


def make_rendered(*spans: Span, rows: tuple[tuple[RenderedButton, ...], ...] = ()) -> Rendered:
    return Rendered(spans, rows, "en", "ltr")


def shown(rendered: Rendered, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    Screen(out).show(rendered)
    return out.getvalue()


def test_buttons_are_numbered_and_links_shown_with_their_address() -> None:
    rows = (
        (RenderedButton("Open: the law", url="https://law.example"), RenderedButton("One", "e:one")),
        (RenderedButton("Two", "e:two"),),
    )
    screen = Screen(out := io.StringIO())
    screen.show(make_rendered(Span("Hello\nthere"), rows=rows))
    assert out.getvalue().splitlines() == [
        "",
        "  Hello",
        "  there",
        "  → Open: the law: https://law.example",
        "  [1] One",
        "  [2] Two",
        "",
    ]
    assert [button.action for button in screen.buttons] == ["e:one", "e:two"]


def test_a_message_without_buttons_ends_the_old_numbers() -> None:
    screen = Screen(io.StringIO())
    screen.show(make_rendered(Span("a"), rows=((RenderedButton("One", "e:one"),),)))
    screen.show(make_rendered(Span("b")))
    assert screen.buttons == ()


def test_links_and_quotes_without_colours() -> None:
    text = shown(
        make_rendered(Span("the law", Style.LINK, "https://law.example"), Span("\n"), Span("a\nb", Style.QUOTE))
    )
    assert "the law <https://law.example>" in text
    assert "│ a\n  │ b" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("style", "code"), [(Style.BOLD, "1"), (Style.ITALIC, "2"), (Style.QUOTE, "36"), (Style.LINK, "4")]
)
def test_styles_on_a_real_terminal(style: Style, code: str) -> None:
    text = shown(make_rendered(Span("x", style, "https://x.example" if style == Style.LINK else "")), Glass())
    assert f"\x1b[{code}m" in text
    assert text.count("\x1b[0m") == 1


def test_a_person_s_words_cannot_command_the_terminal() -> None:
    """What residents of any channel write is shown to staff here: it must not move the cursor or name the window."""
    text = shown(make_rendered(Span("hi\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08", Style.QUOTE)))
    assert not [character for character in text if (ord(character) < 32 and character != "\n") or character == "\x9b"]


async def test_a_file_is_printed_without_what_commands_the_terminal() -> None:
    screen = Screen(out := io.StringIO())
    channel = TerminalChannel(screen, real_core().renderer, Files())
    mail = document_mail("terminal", "local", "text", "en")
    await channel.deliver(OutboxItem(1, mail, attempts=1, unknown=False, progress=0, created_at=0))
    assert out.getvalue().splitlines() == ["", "  Everything (mydata.txt)", "  terminal local", "  [2Jtext en"]


def test_a_terminal_has_no_limits() -> None:
    assert TerminalChannel(Screen(io.StringIO()), real_core().renderer, Files()).rates("local") == Rates()


# ---- the process -----------------------------------------------------------------------------------------


def chat(folder: Path, *lines: str | bytes, arguments: tuple[str, ...] = ("chat",), **settings: str) -> str:
    """Types `lines` into the real process and returns what it showed; it must end well and say nothing else."""
    typed = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", *arguments],
        input=typed,
        capture_output=True,
        cwd=folder,
        env=environment(folder / "bot.db", staff_language="en", **settings) | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    errors = done.stderr.decode()
    assert done.returncode == 0, errors
    assert "Traceback" not in errors
    assert '"error"' not in errors
    return done.stdout.decode()


HAND_OVER = ("I want to talk to a person", "1")


def test_question_and_answer(tmp_path: Path) -> None:
    text = chat(tmp_path, "How do I get a tax card?", "/quit", "How do I get a CPR number?")
    assert "Write a question, or a button's number" in text
    assert "Get a tax card" in text
    assert "Source: " in text
    assert "CPR-nummer" not in text.partition("Source: ")[2].partition("[1]")[0]
    assert "Get a CPR number and register your address" not in text.rpartition("[1]")[0], "nothing after /quit"


def test_buttons_by_number(tmp_path: Path) -> None:
    text = chat(tmp_path, "3", "jak dostać numer CPR?", "99", "0", "1")
    assert "[3] Polski" in text
    assert "Uzyskaj numer CPR i zarejestruj adres" in text
    assert "99" in text.partition("Uzyskaj numer CPR")[2]
    assert "Jakie masz obywatelstwo?" in text, "the first button leads on to the newcomer's list"


def test_a_number_that_is_no_button(tmp_path: Path) -> None:
    text = chat(tmp_path, "99", "0", "9" * 5000)
    assert "There is no button 99 here." in text
    assert "There is no button 0 here." in text
    assert text.count("There is no button") == 3


def test_commands(tmp_path: Path) -> None:
    text = chat(tmp_path, "/menu", "/language", "/help", "/privacy", "/start", "/nonsense", "/person", "/")
    for words in ("What is it about?", "Which language do you want?", "I keep what you write", "/nonsense", "pass on"):
        assert words in text
    assert text.count("I am the assistant of Ballerup Municipality") == 2


def test_the_whole_way_to_a_person_and_back(tmp_path: Path) -> None:
    text = chat(
        tmp_path,
        *HAND_OVER,
        "/staff",
        "/claim",
        "Come on Wednesday.",
        "// he sounds nice",
        "/resident",
        "Thank you, until Wednesday",
        "/staff",
        "/close",
        "Too late",
        "/reopen",
        "/list",
        "/resident",
    )
    for words in (
        "This is what staff (Citizen Service) will see:",
        "Your case number is #1",
        "#1  EN  new",
        "Case #1 · taken",
        "A member of staff has taken your case #1",
        "Answer from staff (Citizen Service), case #1:",
        "│ Come on Wednesday.",
        "Sent to the resident.",
        "Noted among staff.",
        "Note: he sounds nice",
        "Resident: Thank you, until Wednesday",
        "Your case #1 is closed.",
        "Not sent: the case is closed.",
        "Your case #1 is open again.",
    ):
        assert words in text, words
    assert text.count("he sounds nice") >= 1
    assert "he sounds nice" not in text.partition("Noted among staff.")[2].partition("Staff side")[0]


def test_staff_who_have_nothing_to_do(tmp_path: Path) -> None:
    text = chat(tmp_path, "/staff", "hello?", "7", "#7", "/close", "/resident", "hello")
    assert "There are no open cases." in text
    assert text.count("Choose a case first: write its number.") == 4
    assert "What can I help you with?" in text


def test_cases_that_cannot_be(tmp_path: Path) -> None:
    numbers = ("0", "2", "99999999999999999999", "#" + "9" * 5000)
    text = chat(tmp_path, *HAND_OVER, "/staff", *numbers, "/resident", "hello")
    assert text.count("Choose a case first: write its number.") == len(numbers)


def test_refused_moves_say_why(tmp_path: Path) -> None:
    text = chat(tmp_path, *HAND_OVER, "/staff", "/claim", "/claim", "/nonsense", "/close", "/close", "/claim")
    assert "Terminal has already taken this case." in text
    assert f"These work: {' '.join(COMMANDS)}." in text
    assert "The case is closed." in text


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("/staff", "/claim", "/resident", "", "  ", "/staff", "1"), id="an empty line while staff listen"),
        pytest.param(("/staff", "//", "1"), id="an empty note"),
        pytest.param(("/staff", "", "   ", "1"), id="an empty answer"),
    ],
)
def test_empty_lines_do_no_harm(tmp_path: Path, lines: tuple[str, ...]) -> None:
    text = chat(tmp_path, *HAND_OVER, *lines, "/resident", "/menu")
    assert "Case #1" in text
    assert "What is it about?" in text.rpartition("Case #1")[2]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"hello \xff\xfe\xe6", id="another encoding"),
        pytest.param(b"hello \xed\xa0\x80", id="half a character"),
        pytest.param(b"hello \x00\x1b[2J\x07\n" + b"x" * 20_000, id="control characters and very long lines"),
        pytest.param("👨\u200d👩\u200d👧 \u202eabc\u202c مرحبا".encode(), id="other scripts"),
    ],
)
def test_whatever_is_typed_the_conversation_goes_on(tmp_path: Path, line: bytes) -> None:
    text = chat(tmp_path, line, "How do I get a tax card?", "/staff")
    assert "Get a tax card" in text
    assert "There are no open cases." in text


def test_the_conversation_goes_on_at_the_next_start(tmp_path: Path) -> None:
    chat(tmp_path, "2", *HAND_OVER)
    text = chat(tmp_path, "/staff", "Kom på onsdag", "/resident")
    assert "Case #1 · new" in text
    assert "Svar fra" in text
    assert "Kom på onsdag" in text


def test_a_language_from_the_start(tmp_path: Path) -> None:
    text = chat(tmp_path, "How do I get a tax card?", arguments=("chat", "--language", "pl"))
    assert "Dzień dobry!" in text
    assert "Wyrób kartę podatkową" in text
    assert "Hello!" not in text


@pytest.mark.parametrize("lines", [(), ("", "/quit"), ("/staff",), ("/staff", "/quit")])
def test_every_end_is_a_good_end(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert "Hello!" in chat(tmp_path, *lines)


def test_run_without_a_token_is_the_same(tmp_path: Path) -> None:
    assert "Get a tax card" in chat(tmp_path, "How do I get a tax card?", arguments=("run",))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_while_it_waits_for_a_line(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "chat")
    try:
        assert process.stdout is not None
        while b"Hello!" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)
        process.wait(10)  # nothing is typed, and the input stays open
        _, errors = process.communicate()
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, errors) == (0, b"")


def test_staff_publish_and_withdraw_a_notice(tmp_path: Path) -> None:
    day = date.today() + timedelta(days=3)  # noqa: DTZ011 - any day ahead
    written = f"/notice storm {day.day}.{day.month}.{day.year}"
    text = chat(tmp_path, "/staff", written, "1", "/resident", "/menu", "/staff", "/notices", "1", "/notices", "1")
    before, _, after = text.partition("The notice is published.")
    assert "[1] Publish it" in before
    assert "[1] Withdraw: Notice: severe weather" in after
    assert after.partition("What is it about?")[0].count("Notice: severe weather is expected") == 2  # button and menu
    assert "The notice is withdrawn." in after
    assert "No notice is shown now." in after
    assert "Choose a case first" in after


def test_staff_answer_with_an_entry_and_with_a_phrase(tmp_path: Path) -> None:
    text = chat(
        tmp_path,
        *HAND_OVER,
        "/staff",
        *("/suggest tax card", "1", "1"),
        *("/phrase clearer-photo", "1"),
        *("/release", "/wait", "/handover business", "/resident"),
    )
    assert "These entries fit best" in text
    assert "[1] Send it to the resident" in text
    assert text.count("Answer from staff (Citizen Service), case #1:") == 2
    assert "The photo is hard to read." in text
    assert "Nobody has this case. Press “Take it” first." in text
    assert "Your case #1 is now with Business." in text
