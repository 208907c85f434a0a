"""Which hospitals the network misses: one by one, or in one sentence where there are many."""

from groundfloor.problems import Lang, Severity
from spots.judging.coverage import lost_destinations
from spots.types import Role
from tests.helpers.judging import SECONDARY, chain, facility, facts, policy


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
