"""What is said of a header: columns missing, twice, hidden, and coordinates that need care.

It stands apart from `groundfloor.headers` so that the search there reads in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundfloor.folding import compact
from groundfloor.positions import tokyo_accuracy_m
from groundfloor.problems import Problem, Text, error, note, one_line, warning

_NAMES_TOLD = 10
_OF_COORDINATES = re.compile("緯度|経度|北緯|東経|latitude|longitude|座標(?!系)")
_COORDINATES = {
    "disagree": (
        Text(
            "緯度と経度の見出しの測地系または表記が食い違っています",
            "the headers of latitude and longitude name different datums or notations",
        ),
        Text("見出しをそろえてください", "make them agree"),
    ),
    "unknown": (
        Text(
            "この見出しの座標の表し方には対応していません",
            "coordinates as this header names them are not read",
        ),
        Text(
            "十進度の緯度・経度（世界測地系）に直してください",
            "give latitude and longitude in decimal degrees (JGD2011)",
        ),
    ),
    "parts": (
        Text(
            "度・分・秒が別々の列に分かれています",
            "degrees, minutes and seconds stand in columns of their own",
        ),
        Text(
            "一つの列に 32°41′07″ か十進度でまとめてください",
            "put them into one column, as 32°41′07″ or in decimal degrees",
        ),
    ),
    "zone": (
        Text("平面直角座標の系番号が分かりません", "the zone of the plane coordinates is missing"),
        Text(
            "見出しに「第2系」のように系番号を書くか、緯度・経度に直してください",
            "name the zone in the header (第2系), or give latitude and longitude",
        ),
    ),
}


def listed_headers(header: Iterable[str]) -> str:
    """Return the headers found, for a message."""
    return ", ".join(one_line(h.strip(), 20) for h in header if h.strip())[:300]


@dataclass(frozen=True, slots=True)
class HeaderPlace:
    """A header, for messages about it."""

    label: str
    row: int | None
    labels: Sequence[str]

    def listed(self, places: Iterable[int] | None = None) -> str:
        """Return the headers, or some of them, for a message."""
        cells = self.labels if places is None else [self.labels[at] for at in places]
        return listed_headers(cells) or "-"

    def twice(self, places: Sequence[int]) -> Problem:
        """Return the problem of columns that mean the same."""
        where = [str(p + 1) for p in places]
        return error(
            "column-twice",
            Text(
                f"同じ項目の列が複数あります（{'、'.join(where)}列目）",
                f"two columns mean the same (columns {', '.join(where)})",
            ),
            Text("見出しを変えるか、一方を削除してください", "rename or remove one of them"),
            file=self.label,
            row=self.row,
            column=one_line(self.labels[places[-1]].strip()),
        )

    def overlap(self, places: Sequence[int]) -> Problem:
        """Return the note on a column that was used instead of others."""
        others = self.listed(places[1:])
        return note(
            "columns-overlap",
            Text(f"「{others}」ではなくこの列を使いました", f"used instead of {others}"),
            Text(
                "別の列を使うときは、使わない列の見出しを変えてください",
                "rename the column that is not meant to use the other",
            ),
            file=self.label,
            row=self.row,
            column=one_line(self.labels[places[0]].strip()),
        )

    def absent(self, wanted: str) -> Problem:
        """Return the problem of a header that the user named and that is not there."""
        return error(
            "column-absent",
            Text(
                f"columns で指定された列がありません（見つかった列: {self.listed()}）",
                f"the column named under columns is not there (found: {self.listed()})",
            ),
            Text("列名を確認してください", "check the column's name"),
            file=self.label,
            row=self.row,
            column=wanted,
        )

    def coordinates(self, what: str, header: str) -> Problem:
        """Return the problem of a header whose coordinates cannot be read."""
        message, remedy = _COORDINATES[what]
        return error(
            "coordinate-header",
            message,
            remedy,
            file=self.label,
            row=self.row,
            column=one_line(header.strip()),
        )

    def tokyo(self, header: str) -> Problem:
        """Return the warning of positions converted from Tokyo Datum."""
        metres = f"{tokyo_accuracy_m():.0f}"
        return warning(
            "datum-converted",
            Text(
                f"日本測地系（旧）の座標とみて JGD2011 に変換しました（誤差は約{metres}m）",
                f"was taken for Tokyo Datum and converted to JGD2011 (off by about {metres} m)",
            ),
            Text(
                "世界測地系の座標があればそれを使ってください",
                "give coordinates in JGD2011 where there are any",
            ),
            file=self.label,
            row=self.row,
            column=one_line(header.strip()) or None,
        )

    def unread_coordinates(self) -> Iterator[Problem]:
        """Yield a warning for headers that speak of coordinates, of which none could be read."""
        for header in self.labels:
            if _OF_COORDINATES.search(compact(header)):
                yield warning(
                    "coordinate-header-unread",
                    Text(
                        "座標の列のようですが、見出しが分からないため読んでいません",
                        "seems to hold coordinates, but its header is not known and was not read",
                    ),
                    Text(
                        "見出しを「緯度」「経度」か、「緯度（日本測地系）」のようにしてください",
                        "call it lat or lon, with the datum in brackets if it is not JGD2011",
                    ),
                    file=self.label,
                    row=self.row,
                    column=one_line(header.strip()),
                )

    def missing(self, names: Sequence[str], hint: Text) -> Problem:
        """Return the problem of a column that is not there under any of its names."""
        own = [n for n in names if not n.isascii()] or list(names)
        other = [n for n in names if n.isascii() and n not in own][:1]  # public tables have these
        known = " / ".join([*own[:_NAMES_TOLD], *other])
        english = " / ".join([n for n in names if n.isascii()][:_NAMES_TOLD]) or known
        return error(
            "column-missing",
            Text(
                f"「{own[0]}」の列がありません（見つかった列: {self.listed()}）",
                f"there is no column {names[0]!r} (found: {self.listed()})",
            ),
            Text(
                f"見出しを次のいずれかにしてください: {known}{hint.ja}",
                f"use one of these headers: {english}{hint.en}",
            ),
            file=self.label,
            row=self.row,
            # A machine's name for it is no column that anybody could look for.
            column=names[0] if names[0] == own[0] else None,
        )

    def unused_twice(self, keys: Sequence[str], used: set[int]) -> Iterator[Problem]:
        """Yield a warning for columns that are not read and repeat: worth a look, no more."""
        places: dict[str, list[int]] = {}
        for at, key in enumerate(keys):
            if key:
                places.setdefault(key, []).append(at)
        for same in places.values():
            if len(same) > 1 and used.isdisjoint(same):
                yield warning(
                    "unused-column-twice",
                    Text(
                        "使わない列の見出しが重複しています",
                        "a column that is not used appears twice",
                    ),
                    Text("意図したものか確認してください", "check that this is meant"),
                    file=self.label,
                    row=self.row,
                    column=one_line(self.labels[same[0]].strip()),
                )

    def hidden(self, hidden: Iterable[int]) -> Iterator[Problem]:
        """Yield a note for columns that are used and hidden."""
        for at in sorted(hidden):
            yield note(
                "hidden-column-read",
                Text("非表示の列も読みました", "this column is hidden and was read"),
                Text("使うべき列か確認してください", "check that it is the one meant"),
                file=self.label,
                row=self.row,
                column=one_line(self.labels[at].strip()),
            )
