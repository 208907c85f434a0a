"""Which clauses put a unit of ground into a result, or out of it, and that in words.

Explanations say it first, and a comparison of two runs names the clauses that turned a state, so
that it stands apart from both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from groundfloor.problems import Text
from spots.telling.dossier_facts import Fact, Tone
from spots.telling.unit_columns import clause_words
from spots.telling.wording import joined
from spots.types import Clause, ClauseRole, State, Truth, UnitVerdict

_ASKING = frozenset({ClauseRole.TAKES_IN, ClauseRole.NEEDS})
_LABELS: Mapping[State, Text] = {
    State.DESIGNATED: Text("含めた条項", "Put in by"),
    State.EXCLUDED: Text("除いた条項", "Put out by"),
    State.NOT_MET: Text("満たさない条項", "Left out by"),
    State.UNDETERMINED: Text("決まらない条項", "Left open by"),
}
#: States that what comes before every clause can give too: then the reason is not a clause's.
_BY_REASON = frozenset({State.EXCLUDED, State.UNDETERMINED})
_BEFORE = Text("条項によらない理由", "Decided by no clause")


def deciding_clauses(verdict: UnitVerdict) -> tuple[Clause, ...]:
    """Return the clauses that a unit's state rests on, in the policy's order.

    Of a unit that is in those that took it in; of one that is left out by name the exception, else
    what took it out again; of one that is not in what it does not meet; of one that is open what is
    open. None where no clause decided: the class of its medical area, the rule that excludes a
    municipality, a unit without a place.

    Parameters
    ----------
    verdict : UnitVerdict
        Of the unit, in one result.
    """
    found = _DECIDING[verdict.state](verdict.clauses)
    if verdict.state in _BY_REASON:
        found = [c for c in found if any(t.ja in verdict.reason.ja for t in _said(c))]
    return tuple(found)


def deciding_fact(verdict: UnitVerdict) -> Fact:
    """Return which clause put a unit in or out; where none did, the reason of its state.

    Parameters
    ----------
    verdict : UnitVerdict
        Of the unit, in one result.
    """
    found = deciding_clauses(verdict)
    tone = Tone.WARN if verdict.state is State.UNDETERMINED else Tone.STRONG
    if not found:
        return Fact("decided_by", _BEFORE, verdict.reason, (), tone=tone)
    words = joined((clause_words(c) for c in found), " / ", " / ")
    return Fact(
        "decided_by", _LABELS[verdict.state], words, tuple(c.select for c in found), tone=tone
    )


def _said(clause: Clause) -> Sequence[Text]:
    return (clause.text, clause.reason) if clause.reason and clause.reason.ja else (clause.text,)


def _took_in(clauses: Sequence[Clause]) -> list[Clause]:
    met = [c for c in clauses if c.truth is Truth.MET and c.decides]
    return [c for c in met if c.role is ClauseRole.TAKES_IN] or [
        c for c in met if c.role is ClauseRole.NEEDS
    ]


def _took_out(clauses: Sequence[Clause]) -> list[Clause]:
    named = [c for c in clauses if c.role is ClauseRole.EXCEPTION]
    return named or [
        c for c in clauses if c.role is ClauseRole.TAKES_OUT and c.truth is not Truth.NOT_MET
    ]


def _lacking(clauses: Sequence[Clause]) -> list[Clause]:
    return [c for c in clauses if c.role in _ASKING and c.truth is Truth.NOT_MET]


def _open(clauses: Sequence[Clause]) -> list[Clause]:
    return [c for c in clauses if c.truth is Truth.UNDETERMINED]


def _none(_clauses: Sequence[Clause]) -> list[Clause]:
    return []


_DECIDING: Mapping[State, Callable[[Sequence[Clause]], list[Clause]]] = {
    State.DESIGNATED: _took_in,
    State.EXCLUDED: _took_out,
    State.MOOT: _none,
    State.NOT_MET: _lacking,
    State.UNDETERMINED: _open,
}
