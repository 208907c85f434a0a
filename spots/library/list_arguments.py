"""What a caller says of lists: types in own words, which column is which, what is one hospital."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Problem, Text, UsageError, error
from spots.facilities.headers import ALIASES
from spots.facilities.list_cells import ALLOWED, parse_types, type_key
from spots.types import FacilityType

OneType: TypeAlias = FacilityType | str
#: One type, several, or what each word of the type column means.
Types: TypeAlias = (
    OneType | Iterable[OneType] | Mapping[str, OneType | Iterable[OneType] | None] | None
)


def types_said(
    types: Types,
) -> tuple[frozenset[FacilityType], Mapping[str, frozenset[FacilityType]]]:
    """Return the types of every row, and the own words of a type column, by `type_key`.

    Raises
    ------
    UsageError
        Something names no type.
    """
    if not isinstance(types, Mapping):
        return _types_of(types), FrozenDict()
    return frozenset(), FrozenDict(
        {type_key(str(word)): _types_of(meant) for word, meant in types.items()}
    )


def _types_of(types: OneType | Iterable[OneType] | None) -> frozenset[FacilityType]:
    alone = isinstance(types, str) or not isinstance(types, Iterable)
    several: Iterable[Any] = () if types is None else (types,) if alone else types
    if wrong := [str(each) for each in several if not isinstance(each, str)]:
        raise UsageError([_no_type(each) for each in wrong])
    read = {each: parse_types(str(each)) for each in several}
    unknown = [str(each) for each, found in read.items() if found is None]
    if unknown:
        raise UsageError([_no_type(each) for each in unknown])
    return frozenset(kind for found in read.values() for kind in found or ())


def decisions_said(given: Iterable[object]) -> list[Any]:
    """Return decisions about names that are one hospital, or are not; of one alone a list of one.

    Examples
    --------
    >>> decisions_said(("E38", "E90")), decisions_said([("E38", "E90")])
    ([('E38', 'E90')], [('E38', 'E90')])
    """
    if isinstance(given, str | Mapping):
        return [given]
    several = list(given)
    flat = bool(several) and all(isinstance(each, str) for each in several)
    return [tuple(several)] if flat else several


def columns_said(
    columns: Mapping[str, Hashable] | None, headers: Iterable[Hashable] = ()
) -> Mapping[str, str]:
    """Return the header of each canonical column that a caller names.

    Parameters
    ----------
    columns : mapping or None
        Canonical column to header, or as `DataFrame.rename` has it, header to canonical column.
        A pair of which both may be either is told by the other pairs, or by `headers`.
    headers : iterable of label
        The headers there are, where they are known before the list is read.

    Raises
    ------
    UsageError
        A pair has no canonical column, or it cannot be told which of the two is one; a column
        gets two headers.
    """
    pairs = [(str(k), "" if v is None else str(v)) for k, v in (columns or {}).items()]
    known = {str(header) for header in headers}
    votes = {_direction(pair, known) for pair in pairs} - {0}
    wrong = [_no_column(pair) for pair in pairs if not set(pair) & set(ALIASES)]
    found: dict[str, str] = {}
    for pair in pairs:
        way = _direction(pair, known) or (next(iter(votes)) if len(votes) == 1 else 0)
        column, header = pair if way >= 0 else pair[::-1]
        if way == 0 and column != header:
            wrong.append(_either_way(pair))
        elif found.setdefault(column, header) != header:
            wrong.append(_two_headers(column, found[column], header))
    if wrong:
        raise UsageError(wrong)
    return FrozenDict(found)


def _direction(pair: tuple[str, str], headers: set[str]) -> int:
    """Return 1 for (canonical, header), -1 for (header, canonical), 0 where it may be either."""
    first, second = (each in ALIASES for each in pair)
    if first and second:
        there = [each in headers for each in pair]
        return there[1] - there[0]
    return first - second or 1


# --- what is wrong with them


def _no_type(value: str) -> Problem:
    return error(
        "unknown-type",
        Text("知らない種別です", "is an unknown type"),
        Text(f"次のいずれかにしてください: {ALLOWED}", f"use one of: {ALLOWED}"),
        column="types",
        value=value,
    )


def _no_column(pair: tuple[str, str]) -> Problem:
    known = ", ".join(ALIASES)
    return error(
        "unknown-column",
        Text("知らない項目名です", "is not a column this program knows"),
        Text(
            f"columns は「項目名: 見出し」で書きます。項目名は次のとおりです: {known}",
            f"columns is {{column: header}}, and a column is one of: {known}",
        ),
        column="columns",
        value=": ".join(pair),
    )


def _either_way(pair: tuple[str, str]) -> Problem:
    return error(
        "columns-either-way",
        Text(
            "どちらが項目名でどちらが見出しか分かりません",
            "may be read either way: both are names of columns",
        ),
        Text(
            "「項目名: 見出し」の順に、見出しが項目名でない組と合わせて書くか、"
            "先に見出しを改名してください",
            "write {column: header} together with a pair whose header is no column's name, "
            "or rename the headers first",
        ),
        column="columns",
        value=": ".join(pair),
    )


def _two_headers(column: str, first: str, second: str) -> Problem:
    return error(
        "column-with-two-headers",
        Text("一つの項目に二つの見出しがあります", "gets two headers"),
        Text("一つにしてください", "give one"),
        column="columns",
        value=f"{column}: {first}, {second}",
    )
