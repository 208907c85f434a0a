"""What holds of every register, whatever is added: adding changes no earlier day, and so on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text, UsageError
from spots.register import Register
from spots.register.days_in_force import in_force, overlaps, superseded
from spots.register.register_replay import replay
from spots.types.designations import DesignationKind, PlanEdition
from tests.helpers.registers import register_of, to_add

FIRST = date(2024, 4, 1)
KINDS = (DesignationKind.SPOT, DesignationKind.SHORTAGE_AREA)


def edition(number: int, start: int, days: int | None, kind: DesignationKind) -> PlanEdition:
    first = FIRST + timedelta(days=start)
    until = None if days is None else first + timedelta(days=days)
    return PlanEdition(
        number=number,
        plan=f"P{number}",
        kind=kind,
        prefecture_code="43",
        prefecture="熊本県",
        span=DaySpan(first, until),
        supersedes=(),
        title=Text("", ""),
        run_digest="",
        evidence_sha256="",
        index_edition="",
        membership_edition="",
        units=0,
        recorded=datetime(2024, 4, 1, tzinfo=UTC),
    )


#: An edition that somebody would like to add: first day, length, kind, what it is to supersede.
WISHES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.one_of(st.none(), st.integers(1, 20)),
        st.sampled_from(KINDS),
        st.sets(st.integers(1, 12), max_size=3),
    ),
    max_size=12,
)
DAYS = [FIRST + timedelta(days=each) for each in range(-2, 64)]


def answered(editions: list[PlanEdition], day: date) -> list[int]:
    return [each.edition.number for each in in_force(editions) if day in each.span]


@given(WISHES)
@settings(max_examples=200, deadline=None)
def test_adding_changes_no_earlier_day_and_no_day_has_two_answers(wishes) -> None:
    held: list[PlanEdition] = []
    for start, days, kind, asked in wishes:
        wish = edition(len(held) + 1, start, days, kind)
        named = sorted({each % (len(held) + 1) for each in asked} - {0})
        places, wrong = superseded(held, named, (wish,))
        new = replace(wish, supersedes=places[wish.number])
        if wrong or tuple(overlaps(held, new)):
            continue
        before = {day: answered(held, day) for day in DAYS}
        held.append(new)
        for day in DAYS:
            now = answered(held, day)
            if day < new.span.first:
                assert now == before[day]
            kinds = [held[number - 1].kind for number in now]
            assert len(set(kinds)) == len(kinds)
            assert (new.number in now) is (day in new.span)


@given(st.integers(0, 30), st.integers(1, 20), st.integers(0, 30), st.integers(1, 20))
@settings(deadline=None)
def test_editions_overlap_where_they_share_a_day(start, days, other, length) -> None:
    one = edition(1, start, days, KINDS[0])
    two = edition(2, other, length, KINDS[0])
    shared = any(day in one.span and day in two.span for day in DAYS)
    assert bool(tuple(overlaps([one], two))) is shared
    assert tuple(overlaps([one], replace(two, kind=KINDS[1]))) == ()
    assert tuple(overlaps([one], replace(two, prefecture_code="42"))) == ()
    assert tuple(overlaps([one], replace(two, supersedes=(1,)))) == ()


@pytest.mark.parametrize("seed", [(0, 9, 4, 12), (5, 0, 20, 8)])
def test_files_hold_what_holds_of_editions(tmp_path: Path, seed) -> None:
    """The same with files: earlier days, revisions of the register, a replay."""
    path = tmp_path / "plans.gpkg"
    register = register_of(path)
    added = []
    for number, start in enumerate(seed, 1):
        span = DaySpan(FIRST + timedelta(days=start), FIRST + timedelta(days=start + 10))
        for supersedes in ((), tuple(e.number for e in register.editions)):
            run = to_add(f"P{number}", span, supersedes=supersedes)
            before = [register.in_force(day) for day in DAYS if day < span.first]
            try:
                register.add_run(run)
            except UsageError:
                continue
            added.append(run)
            earlier = [register.in_force(day) for day in DAYS if day < span.first]
            assert [[e.edition for e in day] for day in earlier] == [
                [e.edition for e in day] for day in before
            ]
            break
    assert len(added) > 1
    for count in range(len(added) + 1):
        first = register_of(tmp_path / f"{count}.gpkg", *added[:count])
        assert [(e.edition.plan, e.span) for e in register.in_force(revision=count)] == [
            (e.edition.plan, e.span) for e in first.in_force()
        ]
        units = [[u.unit for u in first.designations(e)] for e in first.editions]
        assert units == [
            [u.unit for u in register.designations(e)] for e in register.editions_until(count)
        ]
    replay(path, tmp_path / "again.gpkg")
    assert Register.open(tmp_path / "again.gpkg").seal == register.seal
