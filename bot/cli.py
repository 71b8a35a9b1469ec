"""The commands. Data goes to stdout, talk to stderr; exit 0 on success, 1 on findings, 2 on wrong use."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot import asking, cli_backup, cli_delivery, cli_desk, cli_doctor, cli_knowledge, cli_privacy, evaluate
from bot.app import App
from bot.editions import build_core, read_encoder, read_lexicons
from bot.errors import BotError, KnowledgeError, SettingsError
from bot.logs import set_up_logs
from bot.settings import load as load_settings
from bot.stopping import stop_on_signals
from bot.store.database import Database, revisions

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

    from bot.settings import Settings


def parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands."""
    top = argparse.ArgumentParser(prog="ballerup-bot", description="Ballerup Municipality's international assistant.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    run = commands.add_parser("run", help="start everything that is configured; without a token, the terminal chat")
    run.set_defaults(work=_run)
    chat = commands.add_parser("chat", help="the conversation in this terminal, with numbered buttons")
    chat.add_argument("--language", metavar="xx", help="answer in this language from the start")
    chat.set_defaults(work=_chat)
    ask = commands.add_parser("ask", help="one question, one reply")
    ask.add_argument("text", nargs="?", help="the question")
    ask.add_argument("--language", metavar="xx", help="take the question to be in this language")
    ask.add_argument("--json", action="store_true", help="print the decision and the reply as JSON")
    ask.add_argument("--jsonl", metavar="FILE", help="questions from a file (- is stdin), one JSON object a line")
    ask.set_defaults(work=_ask)
    measure = commands.add_parser("evaluate", help="measure the matcher on a labelled set")
    measure.add_argument("--train", required=True, type=Path, metavar="T.jsonl", help="rows {text, label}")
    measure.add_argument("--test", required=True, type=Path, metavar="S.jsonl", help="rows {text, label or null}")
    measure.add_argument("--language", metavar="xx", help="language of rows that name none")
    measure.add_argument("--predictions", type=Path, metavar="P.jsonl", help="write one line a test row here")
    measure.set_defaults(work=_evaluate)
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.add_argument("--to", default="head", metavar="REVISION", help="another version than the newest")
    migrate.add_argument("--yes", action="store_true", help="with --to base: delete all conversations")
    migrate.set_defaults(work=_migrate)
    cli_knowledge.add_parser(commands)
    cli_privacy.add_parser(commands)
    cli_desk.add_parser(commands)
    cli_delivery.add_parser(commands)
    cli_backup.add_parser(commands)
    cli_doctor.add_parser(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    chosen = parser().parse_args(arguments)
    _speak_utf8()
    try:
        settings = load_settings()
        set_up_logs(settings.log_level)
        code = chosen.work(chosen, settings)
    except KnowledgeError as error:
        for fault in error.faults:
            _talk(str(fault))
        _talk(f"{len(error.faults)} faults in the knowledge; mend them and start again")
        return 1
    except SettingsError as error:
        fields = error.fields
        _talk(f"{fields['name']} is wrong: {fields['reason']}. Example: {fields['example']}")
        return 2
    except BotError as error:
        _talk(_one_line(error))
        return 1
    except BrokenPipeError:
        # The reader of our output went away; there is nobody left to tell.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
    return int(code)


def _speak_utf8() -> None:
    """People write every script, whatever the machine's locale says."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _one_line(error: BotError) -> str:
    """What is wrong, where, and how to mend it, for the operator."""
    fields = error.fields
    where = fields.get("path") or fields.get("database") or fields.get("channel") or error.code
    place = f"{where}:{fields['line']}" if fields.get("line") else str(where)
    words = [f"{place}: {fields['reason']}"] if "reason" in fields else [str(error)]
    if "remedy" in fields:
        words.append(f"To mend it: {fields['remedy']}")
    return ". ".join(words)


def _talk(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _run(_: argparse.Namespace, settings: Settings) -> int:
    if settings.telegram_token is None:
        _talk("BOT_TELEGRAM_TOKEN is not set: this is the chat in the terminal.")
        return _terminal(settings, None)
    app = App(settings, build_core(settings))

    async def serve() -> None:
        stop_on_signals(app.stop)
        await app.run_telegram()

    return _until_done(app, serve())


def _chat(chosen: argparse.Namespace, settings: Settings) -> int:
    return _terminal(settings, chosen.language)


def _terminal(settings: Settings, language: str | None) -> int:
    core = build_core(settings)
    if language is not None and language not in core.library.brain.offered:
        _talk(f"--language {language}: not offered; choose one of {', '.join(core.library.brain.offered)}")
        return 2
    app = App(settings, core)

    async def talk() -> None:
        stop_on_signals(app.stop)
        await app.run_terminal(language)

    return _until_done(app, talk())


def _until_done(app: App, work: Coroutine[None, None, None]) -> int:
    try:
        asyncio.run(work)
    finally:
        app.close()
    return 0


def _ask(chosen: argparse.Namespace, settings: Settings) -> int:
    if (chosen.text is None) == (chosen.jsonl is None):
        _talk("ask: give either a question or --jsonl FILE")
        return 2
    asker = asking.Asker(build_core(settings))
    if chosen.language is not None and chosen.language not in asker.languages:
        _talk(f"--language {chosen.language}: not offered; choose one of {', '.join(asker.languages)}")
        return 2
    if chosen.jsonl is None:
        reply = asker.ask(chosen.text, language=chosen.language)
        sys.stdout.write((json.dumps(reply, ensure_ascii=False) if chosen.json else reply["text"]) + "\n")
        return 0
    if chosen.jsonl == "-":
        asking.stream(asker, sys.stdin.buffer, sys.stdout, chosen.language)
        return 0
    try:
        with Path(chosen.jsonl).open("rb") as lines:
            asking.stream(asker, lines, sys.stdout, chosen.language)
    except OSError as error:
        _talk(f"--jsonl {chosen.jsonl}: {error.strerror}")
        return 2
    return 0


def _evaluate(chosen: argparse.Namespace, settings: Settings) -> int:
    figures = evaluate.evaluate(
        chosen.train,
        chosen.test,
        language=chosen.language,
        predictions=chosen.predictions,
        lexicons=read_lexicons(settings),
        encode=read_encoder(settings),
    )
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


def _migrate(chosen: argparse.Namespace, settings: Settings) -> int:
    known = ("head", "base", *revisions())
    if chosen.to not in known:
        _talk(f"--to {chosen.to}: there is no such version; choose one of {', '.join(known)}")
        return 2
    database = Database(settings.database_url, settings.secret_keys)
    try:
        if chosen.to == "base" and not chosen.yes and database.holds_conversations():
            _talk(f"--to base: this deletes every conversation in {database.name}; add --yes to do it")
            return 2
        before = database.version()
        database.migrate(chosen.to)
        _talk(f"{database.name}: {before or 'empty'} -> {database.version() or 'empty'}")
    finally:
        database.close()
    return 0
