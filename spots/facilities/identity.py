"""Which names are one hospital and which are not, where the user has decided it.

Stands apart: `merging` joins what agrees; here somebody knows better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, error, one_line
from spots.facilities.matching import Keyed
from spots.facilities.naming import name_key
from spots.types import SourceRow

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """A decision about records that may be one hospital.

    Parameters
    ----------
    names : tuple of str
        Two or more names or ids, as lists have them; spelling counts as little as in merging.
    same : bool
        Whether they are one hospital (an old and a new name), or surely different ones.
    file, column : str
        Where the decision stands, for messages.
    row : int or None
        Its line.
    rows : tuple of SourceRow
        The very rows, where names have been looked up or lists were merged before.
    """

    names: tuple[str, ...]
    same: bool
    file: str = ""
    column: str = ""
    row: int | None = None
    rows: tuple[SourceRow, ...] = ()

    def parts(self, a: Keyed, b: Keyed) -> bool:
        """Tell whether the decision keeps two rows apart."""
        mine, theirs = self._places(a), self._places(b)
        return not self.same and bool(mine and theirs) and mine.isdisjoint(theirs)

    def joins(self, a: Keyed, b: Keyed) -> bool:
        """Tell whether the decision makes two rows one hospital."""
        return self.same and bool(self._places(a) and self._places(b))

    def _places(self, item: Keyed) -> frozenset[int]:
        return frozenset(at for at, name in enumerate(self.names) if means(name, item))


class Decisions:
    """All that is decided, ready to be asked of every pair of rows.

    A merged list decides of each of its rows, which are many: these are looked up.

    Parameters
    ----------
    identities : iterable of Identity
        The decisions, by names and by rows.
    """

    def __init__(self, identities: Iterable[Identity]) -> None:
        given = tuple(identities)
        self.by_name = tuple(each for each in given if not each.rows)
        self.by_row = tuple(each for each in given if each.rows)
        self._one: dict[SourceRow, SourceRow] = {}
        self._apart: dict[SourceRow, set[SourceRow]] = defaultdict(set)
        for each in self.by_row:
            if each.same:
                self._join(each.rows)
            else:
                for row in each.rows:
                    self._apart[row] |= set(each.rows) - {row}

    def _join(self, rows: Sequence[SourceRow]) -> None:
        """Give rows, and all that are one with them already, one row to be known by."""
        before = {self._one.get(row, row) for row in rows}
        self._one.update(dict.fromkeys(rows, rows[0]))
        self._one.update({row: rows[0] for row, one in self._one.items() if one in before})

    def knowing(self, resolved: Iterable[Identity]) -> Decisions:
        """Return these decisions, and of which rows those by name that join speak."""
        return Decisions((*self.by_name, *self.by_row, *(each for each in resolved if each.same)))

    def one_of(self, item: Keyed) -> SourceRow | None:
        """Return by which row a row is known that is one with others; None where it is not."""
        return self._one.get(item.raw.row)

    def told_one(self, a: Iterable[Keyed], b: Iterable[Keyed]) -> bool:
        """Tell whether it is decided, row by row, that two groups of rows are one."""
        mine, theirs = ({self.one_of(item) for item in group} - {None} for group in (a, b))
        return not mine.isdisjoint(theirs)

    def part(self, a: Keyed, b: Keyed) -> bool:
        """Tell whether some decision keeps two rows apart."""
        told = self._apart.get(a.raw.row, ())
        return b.raw.row in told or any(each.parts(a, b) for each in self.by_name)

    def join(self, a: Keyed, b: Keyed) -> bool:
        """Tell whether some decision makes two rows one hospital."""
        return self.told_one([a], [b]) or any(each.joins(a, b) for each in self.by_name)


def means(name: str, item: Keyed) -> bool:
    """Tell whether a name or id of a decision means a row."""
    return nfkc(name) == item.raw.given_id or name_key(name) == item.key


def resolved(
    identities: Iterable[Identity], groups: Sequence[Sequence[Keyed]], ids: Sequence[str]
) -> tuple[tuple[Identity, ...], list[Problem]]:
    """Return decisions by name with the rows that they speak of.

    Parameters
    ----------
    identities : iterable of Identity
        Decisions by name.
    groups : sequence of sequence of Keyed
        The rows of each facility, as rules alone find them.
    ids : sequence of str
        What these facilities are called in what a merge or a run gives.

    Returns
    -------
    tuple of Identity
        With every row of each name where these are one hospital, else with a row for each name.
    list of Problem
        An error for every name that means no facility, or several.
    """
    found, problems = [], []
    for identity in identities:
        rows: list[SourceRow] = []
        for name in identity.names:
            hit = [at for at, g in enumerate(groups) if any(means(name, k) for k in g)]
            hit = hit or [at for at, own in enumerate(ids) if own == nfkc(name)]
            if len(hit) == 1:
                mine = [item.raw.row for item in groups[hit[0]]]
                rows += mine if identity.same else mine[:1]
            else:
                problems.append(_unclear(identity, name, [groups[at][0] for at in hit], groups))
        found.append(replace(identity, rows=tuple(rows)))
    return tuple(found), problems


def decided(
    identities: Iterable[Identity], groups: Sequence[Sequence[Keyed]]
) -> tuple[list[tuple[Identity, list[int]]], list[Problem]]:
    """Return, for each decision, the groups of rows that it speaks of, by place.

    Parameters
    ----------
    identities : iterable of Identity
        Decisions by row.
    groups : sequence of sequence of Keyed
        The rows of each facility.

    Returns
    -------
    list of (Identity, list of int), list of Problem
        The place of each row; an error for every decision to keep apart what is one.
    """
    at_row = {item.raw.row: at for at, group in enumerate(groups) for item in group}
    found = [
        (identity, [at_row[row] for row in identity.rows if row in at_row])
        for identity in identities
    ]
    return found, list(_contradictions(found, groups))


def _contradictions(
    found: Sequence[tuple[Identity, list[int]]], groups: Sequence[Sequence[Keyed]]
) -> Iterator[Problem]:
    """Yield an error for each decision to keep apart what is one, by other decisions or an id.

    Who is one with whom is followed through: of A = B and B = C, A apart from C is against both.
    """
    one = list(range(len(groups)))
    for places in (places for identity, places in found if identity.same):
        joined = {one[at] for at in places}
        one = [min(joined) if of in joined else of for of in one]
    for identity, places in found:
        if not identity.same and len({one[at] for at in places}) < len(places):
            yield _contradicted(identity, [groups[at][0] for at in places])


def _contradicted(identity: Identity, hit: Sequence[Keyed]) -> Problem:
    return error(
        "identity-contradicts",
        Text(
            f"別の医療機関とする決定ですが、同じ id か別の [[identity]] により一つになります: "
            f"{_listed(hit)}",
            f"is to keep apart what an equal id or another [[identity]] makes one: {_listed(hit)}",
        ),
        Text(
            "決定を一つにし、一覧の id が医療機関ごとに違うことを確かめてください",
            "keep one of the decisions, and see that lists give each hospital its own id",
        ),
        file=identity.file,
        row=identity.row,
        column=identity.column,
        value=", ".join(identity.names),
    )


def _unclear(
    identity: Identity, name: str, hit: Sequence[Keyed], groups: Sequence[Sequence[Keyed]]
) -> Problem:
    if hit:
        return error(
            "identity-matches-several",
            Text(
                f"{len(hit)}件の医療機関に当たります: {_listed(hit)}",
                f"means {len(hit)} facilities: {_listed(hit)}",
            ),
            Text("名称の代わりに id を書いてください", "write an id in the place of the name"),
            file=identity.file,
            row=identity.row,
            column=identity.column,
            value=name,
        )
    by_key = {item.key: item for group in groups for item in group}
    close = [by_key[key] for key in get_close_matches(name_key(name), by_key, _SHOWN)]
    near = _listed(close) or "-"
    return error(
        "identity-matches-none",
        Text(
            f"どの一覧にもこの名称・id の医療機関がありません（近い名称: {near}）",
            f"no list has a facility of this name or id (names like it: {near})",
        ),
        Text("一覧にある名称か id を書いてください", "write a name or an id that a list has"),
        file=identity.file,
        row=identity.row,
        column=identity.column,
        value=name,
    )


def _listed(items: Iterable[Keyed]) -> str:
    rows = [
        f"{one_line(k.raw.name, 40)} ({one_line(k.raw.row.file)}:{k.raw.row.row})" for k in items
    ]
    return ", ".join(rows[:_SHOWN])
