"""The commands for editors: check, status, schema, stamp, catalogues, proposals and try."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot import calibrate, content, golden
from bot.core.answer import Question, guessed, understand
from bot.core.ranking import explain, survey
from bot.core.text import clean
from bot.editions import SystemClock, build_core, keep_index, read_knowledge
from bot.errors import KnowledgeError
from bot.i18n import check_catalogues, update_catalogues
from bot.settings import ROOT
from bot.store import proposals
from bot.store.database import Database

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings
    from bot.store.proposals import Proposal


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `knowledge` with its subcommands."""
    top = commands.add_parser("knowledge", help="check and look into what the assistant knows")
    parts = top.add_subparsers(dest="part", required=True, metavar="part")
    parts.add_parser("check", help="list every fault").set_defaults(work=_check)
    status = parts.add_parser("status", help="translation, review and verification")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument("--to-verify", action="store_true", help="the municipality's work list, in Danish")
    status.set_defaults(work=_status)
    schema = parts.add_parser("schema", help="JSON Schemas for editors")
    schema.add_argument("--out", type=Path, metavar="DIR", help="write one file a kind here")
    schema.set_defaults(work=_schema)
    stamp = parts.add_parser("stamp", help="mark new translations with the text they were made from")
    stamp.set_defaults(work=_stamp)
    _add_translation_parsers(parts)
    index = parts.add_parser("index", help="learn the knowledge now, so that the next start is quick")
    index.set_defaults(work=_index)
    sentences = parts.add_parser("catalogues", help="bring locales/ in line with the program's sentences")
    sentences.set_defaults(work=_catalogues)
    test = parts.add_parser("test", help="ask the golden questions and print the figures")
    test.add_argument("--questions", type=Path, default=ROOT / "tests" / "questions", metavar="DIR")
    test.add_argument("--wrong", action="store_true", help="list the questions that went wrong")
    test.add_argument("--json", action="store_true", help="as JSON")
    test.set_defaults(work=_test)
    again = parts.add_parser("calibrate", help="refit the thresholds from judged questions, before and after")
    again.add_argument("--questions", type=Path, default=ROOT / "tests" / "questions", metavar="DIR")
    again.add_argument("--write", action="store_true", help="write them to thresholds.yaml of the knowledge")
    again.set_defaults(work=_calibrate)
    proposed = parts.add_parser("proposals", help="what staff proposed and somebody else approved")
    proposed.add_argument("--write", type=Path, metavar="FOLDER", help="write each as a file, outside the knowledge")
    proposed.set_defaults(work=_proposals)
    attempt = parts.add_parser("try", help="a question, and what decides the reply")
    attempt.add_argument("text", help="the question")
    attempt.add_argument("--language", metavar="xx", help="take the question to be in this language")
    attempt.set_defaults(work=_try)


def _add_translation_parsers(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = parts.add_parser("export-translations", help="a PO file for translators' tools")
    export.add_argument("--language", required=True, metavar="xx", help="the language to translate to")
    export.add_argument("--out", type=Path, metavar="FILE", help="write to this file instead of the screen")
    export.set_defaults(work=_export)
    take = parts.add_parser("import-translations", help="take a translated PO file back")
    take.add_argument("--language", required=True, metavar="xx", help="the language it was translated to")
    take.add_argument("--approved", type=date.fromisoformat, metavar="YYYY-MM-DD", help="approve what it changes")
    take.add_argument("file", type=Path, metavar="FILE", help="the PO file")
    take.set_defaults(work=_import)
    add = parts.add_parser("add-language", help="make the skeleton of a new language")
    add.add_argument("code", metavar="xx", help="BCP 47 code, such as sv")
    add.add_argument("--name", help="its name in itself; else as CLDR has it")
    add.add_argument("--locale", help="CLDR locale for dates and numbers, such as sv_SE")
    add.set_defaults(work=_add_language)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _check(_: argparse.Namespace, settings: Settings) -> int:
    knowledge, found = content.examine(settings.knowledge)
    faults = list(found)
    if knowledge is not None:
        offered = [language for language in knowledge.languages.values() if language.offered]
        faults += check_catalogues(settings.locales, offered)
    for fault in faults:
        _print(str(fault))
    sys.stderr.write(f"{len(faults)} faults\n")
    return 1 if faults else 0


def _status(chosen: argparse.Namespace, settings: Settings) -> int:
    state = content.status(settings.knowledge, SystemClock().today())
    if chosen.to_verify:
        for department, questions in state.to_verify.items():
            _print(department)
            for question in questions:
                _print(f"  {question.title} ({question.entry}): {question.question}")
        return 0
    if chosen.json:
        _print(json.dumps(asdict(state), ensure_ascii=False, indent=2, default=dict))
        return 0
    _print(f"{state.entries} entries")
    columns = ("complete", "missing", "outdated", "unreviewed", "unverified", "expired", "review_due")
    _print("  ".join(["language", *columns]))
    for row in state.languages:
        counts = [str(len(getattr(row, column))).rjust(len(column)) for column in columns]
        _print("  ".join([row.language.ljust(8), *counts]))
    for row in state.languages:
        if (found := row.readability) is not None:
            hard = f"; hard to read: {', '.join(found.hard)}" if found.hard else ""
            _print(f"{row.language}: {found.index} {found.mean} on average{hard}")
    return 0


def _schema(chosen: argparse.Namespace, _: Settings) -> int:
    schemas = content.schemas()
    if chosen.out is None:
        _print(json.dumps(schemas, ensure_ascii=False, indent=2))
        return 0
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for kind, schema in schemas.items():
            path = chosen.out / f"{kind}.schema.json"
            path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            _print(str(path))
    except OSError as error:
        sys.stderr.write(f"--out {chosen.out}: {error.strerror}\n")
        return 2
    return 0


def _stamp(_: argparse.Namespace, settings: Settings) -> int:
    for marked in content.stamp(settings.knowledge):
        _print(marked)
    return 0


def _export(chosen: argparse.Namespace, settings: Settings) -> int:
    try:
        text = content.export_translations(settings.knowledge, chosen.language)
        if chosen.out is None:
            sys.stdout.write(text)
        else:
            chosen.out.write_text(text, encoding="utf-8", newline="\n")
    except (LookupError, OSError) as error:
        return _refuse(error)
    return 0


def _import(chosen: argparse.Namespace, settings: Settings) -> int:
    try:
        text = chosen.file.read_text(encoding="utf-8")
        done = content.import_translations(
            settings.knowledge, chosen.language, text, shown=str(chosen.file), approved=chosen.approved
        )
    except (LookupError, OSError, UnicodeDecodeError) as error:
        return _refuse(error)
    for path in done.files:
        _print(path)
    sys.stderr.write(f"{done.changed} texts changed, {done.empty} not translated yet\n")
    return 0


def _add_language(chosen: argparse.Namespace, settings: Settings) -> int:
    try:
        language = content.add_language(settings.knowledge, chosen.code, name=chosen.name, locale=chosen.locale)
    except LookupError as error:
        return _refuse(error)
    update_catalogues(settings.locales, [language])
    _print(f"{language.code}: {language.name}, {language.direction}, {language.locale}; in preparation")
    sys.stderr.write("docs/editing says what comes next, under “A new language”\n")
    return 0


def _refuse(error: Exception) -> int:
    """Says on stderr what was wrong with the command."""
    name = getattr(error, "filename", None)
    reason = f"{name}: {error.strerror}" if isinstance(error, OSError) and name else str(error.args[0])
    sys.stderr.write(f"{reason}\n")
    return 2


def _index(_: argparse.Namespace, settings: Settings) -> int:
    try:
        keep_index(settings)
    except OSError as error:
        sys.stderr.write(f"BOT_CACHE {settings.cache}: {error.strerror}; the index is learned at every start instead\n")
        return 1
    return 0


def _catalogues(_: argparse.Namespace, settings: Settings) -> int:
    try:
        languages = read_knowledge(settings).languages
    except KnowledgeError as error:
        sys.stderr.write("mend the knowledge first: ballerup-bot knowledge check\n")
        raise error from None
    for path in update_catalogues(settings.locales, languages.values()):
        _print(path)
    return 0


def _test(chosen: argparse.Namespace, settings: Settings) -> int:
    brain = build_core(settings).library.brain
    judged = list(golden.judge(golden.read(chosen.questions), brain))
    levels = golden.levels(chosen.questions)
    found = _test_figures(judged)
    if chosen.json:
        _print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _test_table(found)
    for one in judged if chosen.wrong else ():
        if one.verdict != "right":
            said = one.decision.entry or " ".join(one.decision.choices)
            place = f"{one.question.language}/{one.question.topic}"
            _print(
                f"{one.verdict}: {place}: {one.question.expected} -> {one.decision.kind} {said}: {one.question.text}"
            )
    fallen = {code: golden.worse(found[code]["all"], level) for code, level in levels.items() if code in found}
    for code, figures in fallen.items():
        for name, (reached, level) in figures.items():
            sys.stderr.write(f"{code}: {name} is {reached}, the recorded level is {level}\n")
    for code in found.keys() - levels.keys() - {"all"}:
        sys.stderr.write(f"{code}: no level is recorded in {golden.LEVELS}\n")
    return 1 if any(fallen.values()) or found.keys() - levels.keys() - {"all"} else 0


def _proposals(chosen: argparse.Namespace, settings: Settings) -> int:
    folder: Path | None = chosen.write
    if folder is not None and folder.resolve().is_relative_to(settings.knowledge.resolve()):
        sys.stderr.write(f"--write {folder}: lies in the knowledge; an editor puts there what is good\n")
        return 2
    database = Database(settings.database_url, settings.secret_keys)
    try:
        database.require_current()
        found = database.run(proposals.approved)
    finally:
        database.close()
    try:
        for proposal in found:
            _print(f"{proposal.id}  {proposal.kind}  {proposal.language}  {proposal.name}")
            if folder is not None:
                _write(folder, proposal)
    except OSError as error:
        return _refuse(error)
    sys.stderr.write(f"{len(found)} approved proposals\n")
    return 0


def _write(folder: Path, proposal: Proposal) -> None:
    """Writes a proposal to a file of its own; one that is there stays, for an editor may have changed it."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = (str(proposal.id), proposal.kind, proposal.language.lower(), proposal.name.lower())
    name = "-".join(re.sub(r"[^a-z0-9]+", "-", part).strip("-") for part in parts)
    path = folder / f"{name}.{'yaml' if proposal.kind == proposals.ENTRY else 'txt'}"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(proposal.text)
    except FileExistsError:
        sys.stderr.write(f"{path}: is there already, and stays as it is\n")
        return
    _print(str(path))


def _calibrate(chosen: argparse.Namespace, settings: Settings) -> int:
    brain = build_core(settings).library.brain
    found = calibrate.refit(golden.read(chosen.questions), brain)
    _print("language  answer before -> after  answered before -> after  wrong before -> after")
    for language, one in found.items():
        before, after = one.figures_before, one.figures_after
        _print(
            f"{language.ljust(8)}  {one.before.answer:.2f} -> {one.after.answer:.2f}"
            f"  {before['answered']:.4f} -> {after['answered']:.4f}  {before['wrong']:.4f} -> {after['wrong']:.4f}"
        )
    if chosen.write:
        path = settings.knowledge / "thresholds.yaml"
        path.write_text(calibrate.as_yaml(found), encoding="utf-8")
        _print(str(path))
    return 0


def _test_figures(judged: list[golden.Judged]) -> dict[str, dict[str, dict[str, float]]]:
    """Returns language (and "all") -> topic (and "all") -> figures."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for language in [*dict.fromkeys(one.question.language for one in judged), "all"]:
        rows = [one for one in judged if language in {"all", one.question.language}]
        topics = dict.fromkeys(one.question.topic for one in rows)
        found[language] = {"all": golden.figures(rows)} | {
            topic: golden.figures(one for one in rows if one.question.topic == topic) for topic in topics
        }
    return found


def _test_table(found: dict[str, dict[str, dict[str, float]]]) -> None:
    columns = list(found["all"]["all"])
    _print("  ".join(["language", "topic".ljust(24), *columns]))
    for language, topics in found.items():
        for topic, figures in topics.items():
            values = [f"{figures[name]:g}".rjust(len(name)) for name in columns]
            _print("  ".join([language.ljust(8), topic.ljust(24), *values]))


def _try(chosen: argparse.Namespace, settings: Settings) -> int:
    brain = build_core(settings).library.brain
    if chosen.language not in {None, *brain.offered}:
        sys.stderr.write(f"--language {chosen.language}: not offered; choose one of {', '.join(brain.offered)}\n")
        return 2
    decision = understand(Question(chosen.text, language=chosen.language), brain)
    limits, seen = brain.limits(decision.language), survey(brain.index, chosen.text, language=decision.language)
    guess = guessed(clean(chosen.text), None, brain)
    _print(f"language   {decision.language} (guessed {guess.language}, {guess.confidence:.2f})")
    entries = " + ".join(filter(None, (decision.entry, decision.also))) or " ".join(decision.choices)
    _print(f"decision   {decision.kind} {entries or decision.topic or ''}{' (urgent)' if decision.urgent else ''}")
    _print(
        f"thresholds answer {limits.answer:.2f}, choices {limits.choices:.2f}, margin {limits.margin:.2f},"
        f" scope {limits.scope:.2f}"
    )
    if seen.danger is not None:
        doubt = "urgent" if seen.danger.urgent else "in doubt"
        _print(f"danger     {seen.danger.chance:.2f} {seen.danger.entry} ({doubt})")
    for candidate in seen.candidates:
        views = "  ".join(f"{name} {value:.2f}" for name, value in candidate.views.items())
        _print(f"{candidate.score:.3f}  {candidate.label.ljust(28)} {views}  “{candidate.nearest}”")
    for candidate in seen.candidates[:2]:
        told = explain(brain.index, chosen.text, candidate.label, language=decision.language)
        _print(f"{candidate.label}: " + ", ".join(f"{what} {weight:+.2f}" for what, weight in told))
    return 0
