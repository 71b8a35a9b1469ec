"""What may be given as an answer, and how sure it is said to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from bot.core.entry_rules import is_current, weakest
from bot.core.model import Basis, FactType
from tests.factories import make_entry, make_fact, make_knowledge

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("bases", "wanted"),
    [
        ((), Basis.CONFIRMED),
        ((Basis.CONFIRMED,), Basis.CONFIRMED),
        ((Basis.CONFIRMED, Basis.READ), Basis.READ),
        ((Basis.READ, Basis.PARTLY_READ, Basis.CONFIRMED), Basis.PARTLY_READ),
        ((Basis.MEMORY, Basis.PARTLY_READ), Basis.MEMORY),
    ],
)
def test_the_weakest_basis_counts_in_any_order(bases: tuple[Basis, ...], wanted: Basis) -> None:
    assert {weakest(order) for order in permutations(bases)} == {wanted}


def test_any_iterable_will_do() -> None:
    assert weakest(basis for basis in (Basis.READ, Basis.MEMORY)) is Basis.MEMORY


@pytest.mark.parametrize(
    ("entry_until", "fact_until", "wanted"),
    [
        pytest.param(None, None, True, id="without an end"),
        pytest.param(TOMORROW, None, True, id="until tomorrow"),
        pytest.param(TODAY, None, True, id="the last day counts"),
        pytest.param(YESTERDAY, None, False, id="expired yesterday"),
        pytest.param(None, TODAY, True, id="the fact's last day counts"),
        pytest.param(None, YESTERDAY, False, id="a fact has expired"),
        pytest.param(TOMORROW, YESTERDAY, False, id="one of the two is enough"),
        pytest.param(YESTERDAY, TOMORROW, False, id="also the other way round"),
    ],
)
def test_an_entry_is_as_good_as_its_dates(entry_until: date | None, fact_until: date | None, *, wanted: bool) -> None:
    facts = {
        "fee": make_fact("fee", FactType.MONEY, 1200, valid_until=fact_until),
        "limit": make_fact("limit", FactType.DURATION, 5, unit="day"),
    }
    entry = make_entry("cpr", facts=("limit", "fee"), valid_until=entry_until)
    assert is_current(entry, replace(make_knowledge(), facts=facts), TODAY) is wanted


def test_facts_of_other_entries_do_not_matter() -> None:
    facts = {"fee": make_fact("fee", FactType.MONEY, 1200, valid_until=YESTERDAY)}
    assert is_current(make_entry("cpr"), replace(make_knowledge(), facts=facts), TODAY)
