"""Tables as text files, and the forms in which offices hand them on."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pyproj import Transformer

EXACT = 1e-9
_METRES_10 = 2e-4  # degrees: transformations between datums without a grid agree that far


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: header, rows of text, and what kind of thing its columns hold."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    needed: str  # a column without which nothing can be read
    numbers: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    position: tuple[str, str] | None = None  # headers of latitude and longitude

    def column(self, name: str) -> list[str]:
        return [row[self.header.index(name)] for row in self.rows]

    def with_column(self, name: str, header: str, values: list[str]) -> Sheet:
        """The sheet with another header and other values in one column."""
        at = self.header.index(name)
        return replace(
            self,
            header=tuple(header if i == at else h for i, h in enumerate(self.header)),
            rows=tuple(
                tuple(value if i == at else cell for i, cell in enumerate(row))
                for row, value in zip(self.rows, values, strict=True)
            ),
            numbers=self.numbers - {name} | ({header} if name in self.numbers else set()),
        )

    def without(self, *names: str) -> Sheet:
        kept = [i for i, h in enumerate(self.header) if h not in names]
        return replace(
            self,
            header=tuple(self.header[i] for i in kept),
            rows=tuple(tuple(row[i] for i in kept) for row in self.rows),
        )

    def plus(self, header: str, values: list[str]) -> Sheet:
        return replace(
            self,
            header=(*self.header, header),
            rows=tuple((*row, v) for row, v in zip(self.rows, values, strict=True)),
        )

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        return (self.header, *self.rows)


def always(_: Sheet) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class TableForm:
    """A way to write a table, and which tables can be written so."""

    name: str
    suffix: str
    write: Callable[[Sheet], bytes]
    suits: Callable[[Sheet], bool] = field(default=always)
    tolerance: float = EXACT


def text(
    lines: tuple[tuple[str, ...], ...],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\r\n",
    head: str = "",
) -> bytes:
    """The lines as delimited text."""
    out = io.StringIO()
    out.write(head)
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(lines)
    return encoded(out.getvalue(), encoding)


def encoded(written: str, encoding: str) -> bytes:
    bom = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    return bom + written.encode(encoding)


def plain(sheet: Sheet) -> bytes:
    return text(sheet.lines)


def _delimited() -> list[TableForm]:
    delimiters = {"comma": ",", "semicolon": ";", "tab": "\t"}
    encodings = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp932", "euc_jp")
    return [
        TableForm(
            f"{name}-{encoding}",
            ".csv",
            lambda sheet, d=delimiter, e=encoding: text(sheet.lines, delimiter=d, encoding=e),
        )
        for name, delimiter in delimiters.items()
        for encoding in encodings
    ]


def _shapes() -> list[TableForm]:
    titles = (("令和6年度 一覧",), ("作成: 医療政策課, 電話 096-000-0000",), ())
    return [
        TableForm("txt", ".txt", lambda s: text(s.lines)),
        TableForm("tsv", ".tsv", lambda s: text(s.lines, delimiter="\t")),
        TableForm("txt-unicode", ".txt", lambda s: text(s.lines, delimiter="\t", encoding="utf-16-le")),
        TableForm("upper-suffix", ".CSV", plain),
        TableForm("lf", ".csv", lambda s: text(s.lines, newline="\n")),
        TableForm("cr", ".csv", lambda s: text(s.lines, newline="\r")),
        TableForm("sep-line", ".csv", lambda s: text(s.lines, delimiter=";", head="sep=;\r\n")),
        TableForm("sep-comma-line", ".csv", lambda s: text(s.lines, head="sep=,\r\n")),
        TableForm("title-rows", ".csv", lambda s: text((*titles, *s.lines))),
        TableForm("title-rows-tab", ".csv", lambda s: text((*titles, *s.lines), delimiter="\t")),
        TableForm("blank-rows-behind", ".csv", lambda s: text((*s.lines, *[("",) * len(s.header)] * 5))),
        TableForm("blank-columns-behind", ".csv", lambda s: text(tuple((*r, "", "", "") for r in s.lines))),
        TableForm("blank-row-between", ".csv", lambda s: text((*s.lines[:2], (), *s.lines[2:]))),
        TableForm("newline-in-cell", ".csv", lambda s: plain(s.plus("補足", ["一行目\n二行目"] * len(s.rows)))),
        TableForm("newline-in-header", ".csv", lambda s: text((_broken(s), *s.rows))),
        TableForm("delimiter-in-cell", ".csv", lambda s: plain(s.plus("補足", ["a;b;c;d;e;f;g;h\t1\t2"] * len(s.rows)))),
        TableForm("second-header", ".csv", lambda s: text((*s.lines[:2], s.header, *s.lines[2:]))),
        TableForm("full-width-digits", ".csv", lambda s: plain(_full_width(s))),
        TableForm("half-width-kana-header", ".csv", lambda s: text((_half_width(s), *s.rows)), lambda s: _half_width(s) != s.header),
        TableForm("blank-before-quote", ".csv", lambda s: "\r\n".join(", ".join(f'"{c}"' for c in r) for r in s.lines).encode()),
        TableForm("codes-as-text", ".csv", lambda s: "\r\n".join(",".join(f'="{c}"' if c.isdecimal() else c for c in r) for r in s.lines).encode()),
        TableForm("bom-inside", ".csv", lambda s: codecs.BOM_UTF8 + text(s.lines[:2]) + codecs.BOM_UTF8 + text(s.lines[2:])),
        TableForm("end-of-dos", ".csv", lambda s: plain(s) + b"\x1a"),
        TableForm("utf-16-without-mark", ".csv", lambda s: plain(s).decode().encode("utf-16-le")),
        TableForm("units-below-header", ".csv", lambda s: text((s.header, tuple("（度）" if h in (s.position or ()) else "[-]" for h in s.header), *s.rows))),
        TableForm("numbers-below-header", ".csv", lambda s: text((s.header, tuple(f"({n})" for n, _ in enumerate(s.header, 1)), *s.rows))),
        TableForm("total-and-notes-behind", ".csv", lambda s: text((*s.lines, ("合計", *[""] * (len(s.header) - 2), "3"), (), ("※ 要確認の行を含む",), ("出典：熊本県", "")))),
        TableForm("columns-numbered", ".csv", lambda s: text((tuple(f"{'①②③④⑤⑥⑦⑧⑨⑩'[n]}{h}" for n, h in enumerate(s.header)), *s.rows))),
        TableForm("groups-between", ".csv", lambda s: text((s.header, s.rows[0], ("【八代圏域】", *[""] * (len(s.header) - 1)), *s.rows[1:]))),
        TableForm("column-between", ".csv", lambda s: text(tuple((r[0], "", *r[1:]) for r in s.lines))),
        TableForm("another-table-beside", ".csv", lambda s: text(tuple((*r, "", *q) for r, q in zip(s.lines, (("順位", "摘要別"), ("1", "ア"), ("2", "イ"), ("3", "ウ")), strict=True)))),
        TableForm("unseen-characters", ".csv", lambda s: text(tuple(tuple(f"\u200b{c}" if h in s.numbers else c for h, c in zip(s.header, r, strict=True)) for r in s.lines))),
        TableForm("spaced-header", ".csv", lambda s: text((tuple(f" {h[0]}　{h[1:]} " for h in s.header), *s.rows)), lambda s: not any(h.isascii() for h in s.header)),
    ]  # fmt: skip


def _broken(sheet: Sheet) -> tuple[str, ...]:
    """The header with the needed column's name on two lines, as Alt+Enter writes it."""
    name = sheet.needed
    return tuple(f"{h[:2]}\n{h[2:]}" if h == name else h for h in sheet.header)


def _full_width(sheet: Sheet) -> Sheet:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for name in sheet.numbers:
        sheet = sheet.with_column(name, name, [v.translate(wide) for v in sheet.column(name)])
    return sheet


_NARROW = {
    unicodedata.normalize("NFKC", chr(code) + mark): chr(code) + mark
    for mark in ("ﾟ", "ﾞ", "")
    for code in range(0xFF66, 0xFF9E)
    if len(unicodedata.normalize("NFKC", chr(code) + mark)) == 1
}


def _half_width(sheet: Sheet) -> tuple[str, ...]:
    return tuple("".join(_NARROW.get(c, c) for c in h) for h in sheet.header)


def has_position(sheet: Sheet) -> bool:
    return sheet.position is not None


def _places(sheet: Sheet) -> list[tuple[float, float]]:
    lat, lon = sheet.position
    return [(float(a), float(b)) for a, b in zip(sheet.column(lat), sheet.column(lon), strict=True)]


def _with_places(sheet: Sheet, headers: tuple[str, str], cells: list[tuple[str, str]]) -> Sheet:
    lat, lon = sheet.position
    changed = sheet.with_column(lat, headers[0], [c[0] for c in cells])
    return changed.with_column(lon, headers[1], [c[1] for c in cells])


def _one_column(sheet: Sheet, between: str) -> Sheet:
    lat, lon = sheet.position
    both = [f"{a}{between}{b}" for a, b in zip(sheet.column(lat), sheet.column(lon), strict=True)]
    return sheet.without(lat, lon).plus("緯度経度", both)


def _transformed(sheet: Sheet, epsg: int, headers: tuple[str, str], digits: int) -> Sheet:
    """Positions in another system; latitude or northing (X of Japanese surveys) first."""
    change = Transformer.from_crs(6668, epsg, always_xy=True)
    moved = [change.transform(lon, lat) for lat, lon in _places(sheet)]
    return _with_places(sheet, headers, [(f"{y:.{digits}f}", f"{x:.{digits}f}") for x, y in moved])


_PLANE_2 = 6670


def _sexagesimal(sheet: Sheet, form: str, headers: tuple[str, str]) -> Sheet:
    def written(degrees: float) -> str:
        seconds = round(degrees * 3600, 5)
        whole, rest = divmod(seconds, 3600)
        minutes, left = divmod(rest, 60)
        return form.format(d=int(whole), m=int(minutes), s=left)

    cells = [(written(lat), written(lon)) for lat, lon in _places(sheet)]
    return _with_places(sheet, headers, cells)


_SAME_DEGREES = (
    *(
        ("北緯", "東経"),
        ("Latitude", "Longitude"),
        ("緯度（北緯）", "経度（東経）"),
        ("緯度Y", "経度X"),
    ),
    *(
        ("緯度(WGS-84)", "経度(WGS-84)"),
        ("緯度〈世界測地〉", "経度〈世界測地〉"),
        ("Y(緯度)", "X(経度)"),
    ),
    *(
        ("所在地座標（緯度）", "所在地座標（経度）"),
        ("施設緯度", "施設経度"),
        ("lat (deg)", "lon (deg)"),
    ),
)


def _titled(sheet: Sheet, title: str) -> bytes:
    """A header of two rows: the columns of the position under one title, as merged cells give it."""
    lat, lon = sheet.position
    upper = tuple(title if h == lat else "" if h == lon else h for h in sheet.header)
    lower = tuple(h if h in {lat, lon} else "" for h in sheet.header)
    return text((upper, lower, *sheet.rows))


def _apart(sheet: Sheet) -> bytes:
    """Degrees, minutes and seconds in columns of their own."""
    lat, lon = sheet.position
    for name in (lat, lon):
        values = [float(v) for v in sheet.column(name)]
        sheet = sheet.with_column(name, f"{name}(度)", [str(int(v)) for v in values])
        at = sheet.header.index(f"{name}(度)") + 1
        minutes = [str(int(v % 1 * 60)) for v in values]
        seconds = [f"{v * 60 % 1 * 60:.2f}" for v in values]
        sheet = replace(
            sheet,
            header=(*sheet.header[:at], f"{name}(分)", f"{name}(秒)", *sheet.header[at:]),
            rows=tuple(
                (*row[:at], m, s, *row[at:])
                for row, m, s in zip(sheet.rows, minutes, seconds, strict=True)
            ),
        )
    return plain(sheet)


def _minutes(degrees: float) -> str:
    return f"{int(degrees)}°{degrees % 1 * 60:.7f}′"


def _positions() -> list[TableForm]:
    def form(name: str, change: Callable[[Sheet], Sheet], tolerance: float = 1e-7) -> TableForm:
        return TableForm(name, ".csv", lambda s: plain(change(s)), has_position, tolerance)

    degrees = ("緯度", "経度")
    return [
        TableForm("under-one-title", ".csv", lambda s: _titled(s, "座標"), has_position),
        form("one-column-of-both-names", lambda s: _one_column(s, "，").with_column("緯度経度", "latitude / longitude", _one_column(s, "，").column("緯度経度"))),
        *(form(f"headers-{n}", lambda s, h=h: _with_places(s, h, [(str(a), str(b)) for a, b in _places(s)])) for n, h in enumerate(_SAME_DEGREES)),
        form("other-signs", lambda s: _sexagesimal(s, "{d}º{m:02}'{s:08.5f}\"", degrees)),
        form("minutes", lambda s: _with_places(s, degrees, [(_minutes(a), _minutes(b)) for a, b in _places(s)])),
        form("one-column", lambda s: _one_column(s, ",")),
        form("one-column-spaced", lambda s: _one_column(s, ", ")),
        form("signs", lambda s: _sexagesimal(s, "{d}°{m:02}′{s:08.5f}″", degrees)),
        form("world-datum", lambda s: _with_places(s, ("緯度(世界測地系)", "経度(世界測地系)"), [(str(a), str(b)) for a, b in _places(s)])),
        form("jgd2000", lambda s: _with_places(s, ("緯度(JGD2000)", "経度(JGD2000)"), [(str(a), str(b)) for a, b in _places(s)]), _METRES_10),
    ]  # fmt: skip


def _other_systems() -> list[TableForm]:
    """Headers that name another datum or notation: read right or refused, never as degrees."""

    def form(name: str, change: Callable[[Sheet], Sheet], tolerance: float) -> TableForm:
        return TableForm(name, ".csv", lambda s: plain(change(s)), has_position, tolerance)

    def tokyo(lat: str, lon: str) -> Callable[[Sheet], Sheet]:
        return lambda s: _transformed(s, 4301, (lat, lon), 9)

    def stated(sheet: Sheet, *, above: bool = False, below: bool = False) -> bytes:
        """Positions in Tokyo Datum, which a title, a note or a column says."""
        old = _transformed(sheet, 4301, sheet.position, 9)
        if above or below:
            said = ("座標は旧日本測地系による", "", "")
            return text((*[said] * above, *old.lines, *[("※" + said[0], "", "")] * below))
        return plain(old.plus("測地系", ["日本測地系"] * len(old.rows)))

    dms = ("緯度(度分秒)", "経度(度分秒)")
    return [
        form("tokyo-datum", tokyo("緯度(日本測地系)", "経度(日本測地系)"), _METRES_10),
        form("tokyo-datum-wide", tokyo("緯度（旧測地系）", "経度（旧測地系）"), _METRES_10),
        form("tokyo-datum-front", tokyo("日本測地系緯度", "日本測地系経度"), _METRES_10),
        form("tokyo-datum-brackets", tokyo("緯度〈日本測地〉", "経度〈日本測地〉"), _METRES_10),
        TableForm("tokyo-datum-above", ".csv", lambda s: stated(s, above=True), has_position, _METRES_10),
        TableForm("tokyo-datum-below", ".csv", lambda s: stated(s, below=True), has_position, _METRES_10),
        TableForm("tokyo-datum-column", ".csv", stated, has_position, _METRES_10),
        TableForm("datums-mixed", ".csv", lambda s: plain(s.plus("測地系", ["日本測地系", "世界測地系", "世界測地系"])), has_position),
        TableForm("dms-in-three-columns", ".csv", _apart, has_position),
        TableForm("tokyo-datum-in-title", ".csv", lambda s: _titled(_transformed(s, 4301, s.position, 9), "座標（日本測地系）"), has_position, _METRES_10),
        TableForm("dms-in-title", ".csv", lambda s: _titled(_sexagesimal(s, "{d}{m:02}{s:08.5f}", s.position), "座標（度分秒）"), has_position, 1e-7),
        TableForm("plane-in-title", ".csv", lambda s: _titled(replace(_transformed(s, _PLANE_2, ("X", "Y"), 4), position=("X", "Y")), "平面直角座標系第2系"), has_position, 1e-6),
        form("plane-without-zone", lambda s: _transformed(s, _PLANE_2, ("X(m)", "Y(m)"), 4), 1e-6),
        form("dms-packed", lambda s: _sexagesimal(s, "{d}{m:02}{s:08.5f}", dms), 1e-7),
        form("dms-points", lambda s: _sexagesimal(s, "{d}.{m:02}.{s:08.5f}", dms), 1e-7),
        form("plane", lambda s: _transformed(s, _PLANE_2, ("X座標(平面直角2系)", "Y座標(平面直角2系)"), 4), 1e-6),
        form("plane-in-degrees-columns", lambda s: _transformed(s, _PLANE_2, ("緯度(平面直角)", "経度(平面直角)"), 4), 1e-6),
    ]  # fmt: skip


TEXT_FORMS = (*_delimited(), *_shapes(), *_positions())
OTHER_SYSTEMS = tuple(_other_systems())


def _twice(sheet: Sheet) -> bytes:
    return plain(sheet.plus(sheet.needed, ["別の値"] * len(sheet.rows)))


TEXT_FAULTS = (
    TableForm("column-twice", ".csv", _twice),
    TableForm("column-missing", ".csv", lambda s: plain(s.without(s.needed))),
    TableForm("no-header", ".csv", lambda _: text((("a", "b"), ("1", "2"), ("3", "4")))),
    TableForm("empty", ".csv", lambda _: b""),
    TableForm("only-blanks", ".csv", lambda _: b"\r\n , ,\r\n\r\n"),
    TableForm("only-a-bom", ".csv", lambda _: codecs.BOM_UTF8),
    TableForm("open-quote", ".csv", lambda s: plain(s) + b'"never closed,1,2\r\n' + b"x,y\r\n" * 3),
    TableForm("neither-encoding", ".csv", lambda s: plain(s) + b"\xff\xfe\x80\x81\xfd\xa0\r\n"),
    TableForm("zero-bytes", ".csv", lambda _: bytes(4096)),
    TableForm("png", ".csv", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01" + bytes(64)),
    TableForm("unknown-suffix", ".docx", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64)),
)
"""Files that nobody can read; every role refuses them with the same code."""
