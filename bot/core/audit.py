"""The audit log as a chain: each row holds the hash of the row before, so that a change shows. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST = "0" * 64
"""What the first row holds as the hash of the row before."""

FaultKind = Literal["gap", "previous", "hash", "head"]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row. `at` in ms; `actor` is an id, never a name; `details` is JSON text as `details_text` writes it."""

    seq: int
    at: int
    actor: str
    action: str
    details: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows there are and the hash of the last one: noted elsewhere, it shows that rows were cut off."""

    count: int = 0
    hash: str = FIRST


@dataclass(frozen=True, slots=True)
class AuditFault:
    """What is wrong at a row: numbers are missing before it (gap), it does not follow from the row before (previous),
    it was changed (hash), or the log that was noted elsewhere is not there any more (head)."""

    seq: int
    kind: FaultKind


def details_text(details: Mapping[str, str | int]) -> str:
    """Returns `details` as JSON text, the same for the same details."""
    return json.dumps(dict(details), sort_keys=True, separators=(",", ":"))


def hash_of(seq: int, at: int, actor: str, action: str, details: str, previous: str) -> str:
    """Returns the hash of a row (SHA-256, 64 hexadecimal digits); `details` as `details_text` wrote it."""
    whole = json.dumps([seq, at, actor, action, details, previous], separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def follow(head: Head, at: int, actor: str, action: str, details: Mapping[str, str | int]) -> AuditRow:
    """Returns the row that follows a log that ends with `head`."""
    seq, text = head.count + 1, details_text(details)
    return AuditRow(seq, at, actor, action, text, head.hash, hash_of(seq, at, actor, action, text, head.hash))


def head_of(rows: Iterable[AuditRow]) -> Head:
    """Returns where `rows`, oldest first, end."""
    head = Head()
    for row in rows:
        head = Head(row.seq, row.hash)
    return head


def faults(rows: Iterable[AuditRow], noted: Head | None = None) -> tuple[AuditFault, ...]:
    """Returns what is wrong with the log `rows`, oldest first. `noted`: a head that it once had."""
    found: list[AuditFault] = []
    before, seen = Head(), noted is None or noted == Head()
    for row in rows:
        if row.seq != before.count + 1:
            found.append(AuditFault(row.seq, "gap"))
        if row.previous != before.hash:
            found.append(AuditFault(row.seq, "previous"))
        if row.hash != hash_of(row.seq, row.at, row.actor, row.action, row.details, row.previous):
            found.append(AuditFault(row.seq, "hash"))
        before = Head(row.seq, row.hash)
        seen = seen or before == noted
    if noted is not None and not seen:
        found.append(AuditFault(noted.count, "head"))
    return tuple(found)
