"""Which hospitals the network misses: one by one, or in one sentence where there are many."""

from dataclasses import replace

import pytest

from groundfloor.problems import Lang, Severity, Text
from spots.judging.coverage import closed_doors, lost_destinations, open_borders
from spots.judging.criteria.closed_ways import CLOSED_WAY
from spots.judging.designation import judge
from spots.types import Role, Truth, Variant, Verdict
from tests.helpers.judging import LIMIT, SECONDARY, chain, facility, facts, policy


def lost(count: int, role: Role = Role.CANDIDATE):
    everyone = [facility("a", SECONDARY), facility("b", SECONDARY)]
    everyone += [facility(f"c{n}", SECONDARY, role=role) for n in range(count)]
    doors = {"a": (0, 0.0), "b": (0, 1.0)} | {f"c{n}": 9000.0 for n in range(count)}
    rules = policy()
    return lost_destinations(rules, facts(everyone, rules, network=chain(1000), doors=doors))


def test_nothing_is_said_when_all_are_tied():
    assert lost(0) == ()


def test_a_few_are_named_one_by_one():
    found = lost(3)
    assert [p.value for p in found] == ["c0病院", "c1病院", "c2病院"]
    assert {p.severity for p in found} == {Severity.WARNING}
    assert {(p.file, p.row) for p in found} == {("list.csv", 2)}


def test_many_are_one_sentence_and_a_note_each():
    for role in Role:
        first, *rest = lost(8, role)
        assert first.severity is Severity.WARNING
        assert first.file == "list.csv"
        assert "10施設のうち8施設" in first.message.ja
        assert "8 of 10" in first.render(Lang.EN)
        assert {p.severity for p in rest} == {Severity.NOTE}
        assert [p.value for p in rest] == [f"c{n}病院" for n in range(8)]


def doubtful(count: int) -> list[Verdict]:
    """Return verdicts that hang on the border of the data, and on a closed road at the door."""
    both = [facility("a", SECONDARY), facility("b", SECONDARY)]
    known = facts(both, network=chain(2 * LIMIT), doors={"a": (0, 0.0), "b": (0, 1.0)})
    verdict = judge(policy(), known)[0]
    (outcome,) = [o for o in verdict.outcomes if o.travel is not None]
    door = Variant(CLOSED_WAY, Text("門", "gate"), None, None, None, Truth.NOT_MET, changes=True)
    travel = replace(outcome.travel, border_ms=LIMIT, variants=(door,))
    open_one = replace(outcome, truth=Truth.UNDETERMINED, travel=travel)
    names = [facility(f"v{n}", SECONDARY) for n in range(count)]
    return [replace(verdict, facility=f, outcomes=(open_one,)) for f in names]


@pytest.mark.parametrize("tell", [open_borders, closed_doors])
@pytest.mark.parametrize(("count", "rest"), [(0, None), (1, 0), (5, 0), (6, 1), (9, 4)])
def test_names_are_told_and_the_rest_counted(tell, count: int, rest: int | None):
    found = tell(doubtful(count))
    if rest is None:
        assert found == ()
        return
    (warned,) = found
    names = "、".join(f"v{n}病院" for n in range(count - rest))
    assert f"（{names}" + (f" ほか{rest}施設）" if rest else "）") in warned.message.ja
    assert (f" and {rest} more)" in warned.message.en) is (rest > 0)


def test_what_hangs_on_neither_is_not_told():
    (verdict,) = doubtful(1)
    (outcome,) = verdict.outcomes
    far = replace(outcome, travel=replace(outcome.travel, border_ms=LIMIT + 1, variants=()))
    sure = replace(outcome, truth=Truth.MET, travel=replace(outcome.travel, variants=()))
    for other in (far, sure, replace(outcome, travel=None)):
        told = [replace(verdict, outcomes=(other,))]
        assert (open_borders(told), closed_doors(told)) == ((), ())
