"""Which column is which: one search for the header and one comparison of names for every table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groundfloor.columns import DATUM, DATUM_HEADERS, Columns, Vocabulary
from groundfloor.folding import compact, header_key
from groundfloor.grids import SEARCHED_ROWS, WHOLE_HEADER, Row
from groundfloor.header_findings import HeaderPlace
from groundfloor.positions import Datum, Notation, Reference, agreed, coordinate_header, parted
from groundfloor.problems import Problem

_LONGEST_HEADER = 60
_BRACKETS = re.compile(r"\([^()]*\)")
# 正式名称（フリガナ） is not the name but its reading.
_OTHER_SCRIPT = re.compile(r"フリガナ|ふりがな|カナ|かな|英語|英字|ローマ字")
# 平面直角座標: X to the north, Y to the east. As keys these are headers of nobody.
_NORTH, _EAST = "(north)", "(east)"
_SURVEYED = {"x": _NORTH, "x座標": _NORTH, "y": _EAST, "y座標": _EAST}


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """Where the header stands among rows, and its cells.

    ``below`` is the place of the first row under it; ``labels`` what each column is called.
    """

    below: int
    labels: tuple[str, ...]
    row: int
    upper: tuple[str, ...] = ()


class ColumnSearch:
    """A vocabulary made ready to be compared with headers.

    Parameters
    ----------
    vocabulary : Vocabulary
        The columns of a role.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.keys = {
            column: tuple(dict.fromkeys(map(header_key, names)))
            for column, names in vocabulary.names.items()
        }
        for column, header in vocabulary.chosen.items():
            if column in self.keys:
                self.keys[column] = (header_key(header), *self.keys[column]) if header else ()
        if len(vocabulary.points) == 1:
            (point,) = vocabulary.points
            for column, key in ((point.lat, _NORTH), (point.lon, _EAST)):
                self.keys[column] = (*self.keys[column], key)
        if vocabulary.points:
            self.keys[DATUM] = tuple(map(header_key, DATUM_HEADERS))
        self.by_key: dict[str, list[str]] = {}
        for column, keys in self.keys.items():
            for key in keys:
                self.by_key.setdefault(key, []).append(column)
        self.coordinates = {
            column for p in vocabulary.points for column in (p.lat, p.lon, p.both) if column
        }
        self._asked: dict[str, tuple[str, ...]] = {}

    def columns_of(self, cell: str) -> tuple[str, ...]:
        """Return the columns that a header may name; a search asks of a cell again and again."""
        if not cell or len(cell) > _LONGEST_HEADER:
            return ()
        if cell not in self._asked:
            self._asked[cell] = self._columns_of(cell)
        return self._asked[cell]

    def _columns_of(self, cell: str) -> tuple[str, ...]:
        key = header_key(cell)
        found = self.by_key.get(key)
        if found is None and self.coordinates:
            near = self._coordinate(cell)[0]
            found = [c for c in self.by_key.get(near, ()) if c in self.coordinates]
        if not found and self.vocabulary.brackets:
            found = self.by_key.get(_without_brackets(cell, key))
        return tuple(found or ())

    def _coordinate(self, cell: str) -> tuple[str, Reference]:
        header = coordinate_header(cell)
        if header.reference.notation is Notation.PLANE:
            return _SURVEYED.get(header.key, header.key), header.reference
        return header.key, header.reference

    def named(self, cells: Iterable[str]) -> frozenset[str]:
        """Return the columns that a row of cells names."""
        return frozenset(column for cell in cells for column in self.columns_of(cell))

    def count(self, cells: Sequence[str]) -> int:
        """Return how many columns a row of cells names."""
        return len(self.named(cells))

    def fit(self, rows: Sequence[Row]) -> int:
        """Return how well rows have the header: `WHOLE_HEADER`, one column of it, or not at all."""
        found = self.find(rows)
        return 0 if found is None else min(self.count(found.labels), WHOLE_HEADER)

    def listed(self, rows: Sequence[Row]) -> frozenset[str]:
        """Return the columns of a table of this role: a whole header, and rows that it names.

        Empty where rows are none: a cover, notes, a form to fill in.
        """
        found = self.find(rows)
        named = frozenset[str]() if found is None else self.named(found.labels)
        if found is None or len(named) < WHOLE_HEADER:
            return frozenset()
        keys = set(self.vocabulary.required[:1])
        places = [n for n, cell in enumerate(found.labels) if keys & set(self.columns_of(cell))]
        below = (row.cells for row in rows[found.below :])
        held = any(cells[n].strip() for cells in below for n in places if n < len(cells))
        return named if held else frozenset()

    def key_of(self, columns: Columns, row: Row) -> str | None:
        """Return the cell that no row of data lacks: of the first column that is required."""
        for column in self.vocabulary.required:
            if column in columns.index:
                return columns.cell(row, column)
        return None

    def missing(self, named: Iterable[str]) -> tuple[str, ...]:
        """Return the required columns that are not among `named`."""
        there = set(named)
        for point in self.vocabulary.points:
            if point.both in there:
                there |= {point.lat, point.lon}
        return tuple(column for column in self.vocabulary.required if column not in there)

    def find(self, rows: Sequence[Row]) -> HeaderRows | None:
        """Return the header: the first row, or two, that names what is required.

        Where the row below names at least as many columns (upper cells merged downwards), that one
        is the header. A row that names only one column will do when nothing better is found.
        """
        searched = rows[: SEARCHED_ROWS + 1]
        named = [self.named(row.cells) for row in searched]
        for needed in (WHOLE_HEADER, 1):
            for at in range(min(len(searched), SEARCHED_ROWS)):
                alone = self._enough(named[at], needed)
                if alone and at + 1 < len(named):
                    below = named[at + 1]
                    if self._enough(below, needed) and len(below) >= len(named[at]):
                        return _one_row(searched, at + 1)
                both = self._two_rows(searched, named, at, needed)
                if both is not None:
                    return both
                if alone:
                    return _one_row(searched, at)
        return None

    def _enough(self, named: frozenset[str], needed: int) -> bool:
        return len(named) >= needed and not self.missing(named)

    def _two_rows(
        self, rows: Sequence[Row], named: Sequence[frozenset[str]], at: int, needed: int
    ) -> HeaderRows | None:
        """Return a header of two rows: each names what the other does not."""
        if at + 1 >= len(rows):
            return None
        upper, lower = rows[at].cells, rows[at + 1].cells
        labels = self._joined(upper, lower)
        joined = self.named(labels)
        if not self._enough(joined, needed) or joined == named[at] or joined <= named[at + 1]:
            return None
        if not self.missing(named[at]):
            # The upper row would do alone: the lower one must be made of headers only, lest a
            # facility be taken for one.
            tops = (*upper, *[""] * len(lower))
            for label, top, cell in zip(labels, tops, lower, strict=False):
                if cell.strip() and not self.columns_of(cell if label == top.strip() else label):
                    return None
        return HeaderRows(at + 2, labels, rows[at + 1].number, upper)

    def _joined(self, upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
        """Return what columns are called by two rows: the lower word, or both read together.

        A word above blank cells (merged over columns) stands above all of them.
        """
        labels, over = [], ""
        for at in range(max(len(upper), len(lower))):
            top = upper[at].strip() if at < len(upper) else ""
            word = lower[at].strip() if at < len(lower) else ""
            over = top or over
            if word and over and self.columns_of(over + word):
                labels.append(over + word)
            else:
                keep = not word or (self.columns_of(top) and not self.columns_of(word))
                labels.append(top if keep else word)
        return tuple(labels)

    def likeliest(self, rows: Sequence[Row]) -> HeaderRows | None:
        """Return the row that looks most like a header, for a message; None without rows."""
        searched = rows[:SEARCHED_ROWS]
        if not searched:
            return None
        at = max(
            range(len(searched)),
            key=lambda n: (self.count(searched[n].cells), min(searched[n].filled, 3), -n),
        )
        return _one_row(searched, at)

    def match(
        self,
        found: HeaderRows,
        label: str,
        *,
        layer: bool = False,
        hidden: frozenset[int] = frozenset(),
    ) -> tuple[Columns, tuple[Problem, ...]]:
        """Match a header with the columns.

        Parameters
        ----------
        found : HeaderRows
            The header.
        label : str
            The file's name for messages.
        layer : bool
            Whether the header is the fields of a layer, which stand in no row.
        hidden : frozenset of int
            Columns that a workbook hides.

        Returns
        -------
        Columns, tuple of Problem
            Errors for columns missing, twice, named by the user and absent, and coordinates that
            cannot be read as their headers say; warnings and notes on all else.
        """
        place = HeaderPlace(label, None if layer else found.row, found.labels)
        keys = [header_key(cell) for cell in found.labels]
        problems: list[Problem] = []
        index: dict[str, int] = {}
        for column in self.keys:
            places = self._places(column, found.labels, keys, place, problems)
            if places:
                index[column] = places[0]
                same = [p for p in places if keys[p] == keys[places[0]]]
                if len(same) > 1 or (len(places) > 1 and self.vocabulary.one_each):
                    problems.append(place.twice(same if len(same) > 1 else places))
                elif len(places) > 1:
                    problems.append(place.overlap(places))
        problems += place.unused_twice(keys, set(index.values()))
        if not any(p.code == "column-absent" for p in problems):
            problems += [
                place.missing(self.vocabulary.names[column], self.vocabulary.hint)
                for column in self.missing(index)
            ]
        references, doubts = self._references(index, found.labels, place)
        problems += [*doubts, *place.hidden(hidden.intersection(index.values()))]
        columns = Columns(index, found.labels, place.row, found.upper, references)
        if not (layer or any(map(columns.has_point, self.vocabulary.points))):
            problems += place.unread_coordinates()
        return columns, tuple(problems)

    def _places(
        self,
        column: str,
        labels: Sequence[str],
        keys: Sequence[str],
        place: HeaderPlace,
        problems: list[Problem],
    ) -> list[int]:
        """Return where a column stands, the best place first."""
        chosen = self.vocabulary.chosen.get(column)
        if chosen is not None:
            exact = [at for at, cell in enumerate(labels) if cell.strip() == chosen.strip()]
            near = exact or [at for at, key in enumerate(keys) if key == header_key(chosen)]
            if chosen and not near:
                problems.append(place.absent(chosen))
            return near if chosen else []
        names = self.keys[column]
        exact = [at for name in names for at, key in enumerate(keys) if key == name]
        if exact:
            return exact
        if column in self.coordinates:
            apart = [self._coordinate(cell) for cell in labels]
            told = [(at, ref) for n in names for at, (key, ref) in enumerate(apart) if key == n]
            read = [pair for pair in told if pair[1].notation is not Notation.OTHER]
            return [at for at, _ in sorted(read or told, key=lambda pair: _preference(pair[1]))]
        if self.vocabulary.brackets:
            bare = [_without_brackets(c, k) for c, k in zip(labels, keys, strict=True)]
            return [at for name in names for at, key in enumerate(bare) if key and key == name]
        return []

    def _references(
        self, index: Mapping[str, int], labels: Sequence[str], place: HeaderPlace
    ) -> tuple[dict[str, Reference], list[Problem]]:
        """Return what headers say of coordinates, and what is wrong or doubtful in that."""
        references: dict[str, Reference] = {}
        problems: list[Problem] = []
        for point in self.vocabulary.points:
            apart = point.lat in index and point.lon in index
            used = (point.lat, point.lon) if apart else (point.both,)
            if not all(column in index for column in used):
                continue
            said = [coordinate_header(labels[index[column]]).reference for column in used]
            together = agreed(said[0], said[-1])
            header = labels[index[used[0]]]
            if any(parted(labels[index[column] + 1 :]) for column in used):
                problems.append(place.coordinates("parts", header))
            elif together is None:
                problems.append(place.coordinates("disagree", header))
            elif together.notation is Notation.OTHER:
                problems.append(place.coordinates("unknown", header))
            elif together.notation is Notation.PLANE and together.zone is None:
                problems.append(place.coordinates("zone", header))
            elif together.notation is Notation.PLANE and not apart:
                problems.append(place.coordinates("unknown", header))
            else:
                references[used[0]] = together
                if together.datum is Datum.TOKYO:
                    problems.append(place.tokyo(header))
        return references, problems


def _one_row(rows: Sequence[Row], at: int) -> HeaderRows:
    return HeaderRows(at + 1, rows[at].cells, rows[at].number)


def _without_brackets(cell: str, key: str) -> str:
    """Return a header's key without brackets; empty where they name another script."""
    if "(" not in key or _OTHER_SCRIPT.search(compact(cell)):
        return ""
    return _BRACKETS.sub("", key)


def _preference(reference: Reference) -> int:
    """Order headers of one name: degrees of today first, what must be converted after them."""
    if reference.plain:
        return 0
    return 1 if reference.notation in {None, Notation.DEGREES, Notation.DMS} else 2


def header_repeated(search: ColumnSearch, columns: Columns, row: Row) -> bool | None:
    """Tell whether a row is the header again, as two appended files have it.

    Returns
    -------
    bool or None
        True where its columns stand where they stood, False where they do not; None for data.
    """
    words = [cell for cell in row.cells if cell.strip()]
    if len(words) <= 1:
        return None
    keys = {header_key(word) for word in (*columns.header, *columns.upper) if word.strip()}
    again = [header_key(word) in keys for word in words]
    named = search.named(words)
    if not all(again) and (len(named) <= 1 or search.missing(named)):
        return None
    return all(
        header_key(columns.cell(row, column)) in {"", header_key(columns.header[at])}
        or column in search.columns_of(columns.cell(row, column))
        for column, at in columns.index.items()
    )
