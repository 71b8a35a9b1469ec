"""A small sound knowledge folder whose files tests change one at a time."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from bot.content import content_hash
from bot.core.model import EntryText

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-24"
Files = dict[str, Any]


def words(text: dict[str, Any]) -> EntryText:
    return EntryText(text["title"], text["short"], text["answer"], (), None, outdated=False)


def fact(name: str, kind: str, value: object, **fields: object) -> dict[str, Any]:
    return {"id": name, "type": kind, "value": value, "source": "law", "basis": "read", "checked": DAY, **fields}


def entry(name: str, **fields: object) -> dict[str, Any]:
    return {
        "id": name,
        "audience": "newcomer",
        "department": "citizens",
        "sources": ["law"],
        "checked": DAY,
        "review_by": "2027-05-24",
        "basis": "partly_read",
        "facts": [],
        "links": [],
        "related": [],
        "to_verify": [],
        "approval": {"state": "approved", "by": "editor", "on": DAY},
        **fields,
    }


def text(language: str, name: str, short: str, **fields: object) -> dict[str, Any]:
    return {
        "title": f"About {name} ({language})",
        "short": short,
        "answer": "1. Come **in person**.\n2. Bring your papers.\n",
        "phrases": [f"{name} {language} question{letter * 3}" for letter in "abcdefghijkl"],
        "translated_from": None,
        "approved": DAY,
        **fields,
    }


def kinds(language: str) -> dict[str, Any]:
    def some(label: str, count: int) -> list[str]:
        return [f"{label}{language} nr{number}" for number in range(count)]

    talk = ("greeting", "thanks", "bye", "robot", "howareyou", "insult", "followup")
    return {
        "staff": some("person", 30),
        "smalltalk": {name: some(name, 6) for name in talk},
        "out_of_scope": some("weather", 40),
    }


_SHORT = {
    "move": {
        "en": "Tell us within {fact:limit}. It costs {fact:fee}. See [the law]({fact:law-page}).",
        "da": "Sig det inden {fact:limit}. Det koster {fact:fee}. Se [loven]({fact:law-page}).",
        "pl": "Powiedz w ciągu {fact:limit}. To kosztuje {fact:fee}. Zobacz [ustawę]({fact:law-page}).",
    },
    "doctor": {"en": "Call {fact:phone}.", "da": "Ring til {fact:phone}.", "pl": "Zadzwoń: {fact:phone}."},
}


_LABELS = {"en": "the law", "da": "loven", "pl": "ustawa"}


def _language(code: str, name: str, locale: str) -> dict[str, Any]:
    return {"code": code, "name": name, "direction": "ltr", "locale": locale, "flag": "", "status": "offered"}


def _texts(code: str) -> Files:
    return {
        f"{code}/arrival.yaml": {"topic": "arrival", "entries": {"move": text(code, "move", _SHORT["move"][code])}},
        f"{code}/health.yaml": {"topic": "health", "entries": {"doctor": text(code, "doctor", _SHORT["doctor"][code])}},
        f"{code}/names.yaml": {
            "departments": {"citizens": f"Citizens {code}"},
            "topics": {"arrival": f"Arrival {code}", "health": f"Health {code}"},
            "labels": {"law-page": _LABELS[code]},
        },
        f"{code}/terms.yaml": {"terms": [{"term": f"deposit {code}", "danish": "depositum", "synonyms": ["caution"]}]},
        f"{code}/kinds.yaml": kinds(code),
        f"{code}/danger.yaml": {"danger": {}, "harmless": [f"chess{code} nr{number}" for number in range(40)]},
        f"{code}/crisis.yaml": {"categories": {}},
    }


def sound_files() -> Files:
    """Returns path -> content of a folder without faults; strings and bytes are written as they are."""
    files: Files = {
        "languages.yaml": {
            "source": "en",
            "core": ["move"],
            "languages": [
                _language("en", "English", "en_GB"),
                _language("da", "Dansk", "da_DK"),
                _language("pl", "Polski", "pl_PL"),
            ],
        },
        "departments.yaml": {
            "default": "citizens",
            "departments": [{"id": "citizens", "hours": None, "promise_hours": None}],
        },
        "sources.yaml": {
            "sources": [
                {"id": "law", "publisher": "The State", "url": "https://law.example", "read": True, "copy": None}
            ]
        },
        "facts/arrival.yaml": {
            "facts": [
                fact("limit", "duration", 5, unit="day"),
                fact("fee", "money", 100),
                fact("law-page", "url", "https://law.example/move"),
            ]
        },
        "facts/health.yaml": {"facts": [fact("phone", "phone", "+4544772000")]},
        "entries/arrival.yaml": {
            "topic": "arrival",
            "entries": [entry("move", facts=["limit", "fee", "law-page"], links=["law-page"], related=["doctor"])],
        },
        "entries/health.yaml": {"topic": "health", "entries": [entry("doctor", facts=["phone"])]},
    }
    for code in ("en", "da", "pl"):
        files.update(_texts(code))
    stamp_files(files)
    return files


def stamp_files(files: Files) -> None:
    for path, content in files.items():
        code, _, name = path.partition("/")
        if code in {"da", "pl"} and name in {"arrival.yaml", "health.yaml"}:
            for key, written in content["entries"].items():
                written["translated_from"] = content_hash(words(files[f"en/{name}"]["entries"][key]))


@dataclass
class Folder:
    """A folder to be: change `files`, then `write`."""

    files: Files = field(default_factory=sound_files)

    def put(self, path: str, *keys: str | int, value: object) -> Folder:
        """Sets the value under `keys` in the file; without keys, the whole file."""
        if not keys:
            self.files[path] = value
            return self
        inside = self.files[path]
        for key in keys[:-1]:
            inside = inside[key]
        inside[keys[-1]] = copy.deepcopy(value)
        return self

    def drop(self, path: str, *keys: str | int) -> Folder:
        """Removes the value under `keys` in the file; without keys, the whole file."""
        inside: Any = self.files
        for key in (path, *keys[:-1]) if keys else ():
            inside = inside[key]
        del inside[keys[-1] if keys else path]
        return self

    def get(self, path: str, *keys: str | int) -> Any:
        inside = self.files[path]
        for key in keys:
            inside = inside[key]
        return inside

    def write(self, parent: Path) -> Path:
        root = parent / "knowledge"
        for path, content in self.files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                target.write_text(content if isinstance(content, str) else to_yaml(content), encoding="utf-8")
        return root


class _Dumper(yaml.SafeDumper):
    """Writes days as YAML days and never uses aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _day_or_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_day = len(value) == len(DAY) and value[4] == value[7] == "-" and value.replace("-", "").isdigit()
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'timestamp' if is_day else 'str'}", value)


_Dumper.add_representer(str, _day_or_text)


def to_yaml(content: object) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
