"""What a Shapefile's DBF says: its encoding by its bytes, and field names cut short.

A DBF has no reliable word on its encoding: the ``.cpg`` beside it is often missing or wrong, and
国土数値情報 writes CP932 without one. Its field names hold ten bytes, so that GDAL cuts 医療機関名
(15 bytes in UTF-8) inside a character. Both are judged here, apart from the reading of features,
since the bytes are needed that GDAL no longer shows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundfloor.folding import nfkc
from groundfloor.problems import DataError, Problem, Text, error, warning
from groundfloor.vector_files import unreadable

_NAME_BYTES = 10
_ENOUGH_CELLS = 20_000  # distinct cells with other than ASCII, to tell an encoding by
_ENOUGH_RECORDS = 200_000
_CHUNK = 4 * 1024**2
_LANGUAGE_DRIVERS = {0x13: "cp932", 0x7B: "cp932", 0x4D: "cp936", 0x4E: "cp949", 0x4F: "cp950"}
_DECLARED = {"932": "cp932", "65001": "utf-8", "sjis": "cp932", "shift_jis": "cp932"}
_DAY = re.compile(r"(?!0{8})\d{8}")
_NUMBERED = re.compile(r"_\d{1,2}$")
_CUT = {"unexpected end of data", "incomplete multibyte sequence"}  # of Python's codecs
_CUT_SCORE = 0.4  # below what only decodes
_THREE_BYTES = "\u0800"  # from here on UTF-8 is hardly anything else
_HALF_WIDTH = range(0xFF61, 0xFFA0)  # half-width katakana
_SHORTER = Text(
    "GeoPackage で書き出し直すか、列名を半角10文字以内にしてください（name、code など）",
    "export it as GeoPackage, or give the column a name of ten letters or fewer (name, code)",
)


@dataclass(frozen=True, slots=True)
class FieldName:
    """A column's name, which is all there is of it in formats other than DBF.

    Parameters
    ----------
    text : str
        Its whole characters.
    raw : str
        What GDAL calls it: in a DBF its bytes as Latin-1.
    broken : bool
        Whether it was cut inside a character.
    full : bool
        Whether it is as long as a name can be, so that more may have stood there.
    """

    text: str
    raw: str
    broken: bool = False
    full: bool = False

    @property
    def begins(self) -> str:
        """What the name began with before it was cut (and numbered, to tell it from others)."""
        return _folded(_NUMBERED.sub("", self.text))


@dataclass(frozen=True, slots=True)
class DbfHeader:
    """The header of a DBF: its length, and what it says of records and fields."""

    length: int
    records: int
    record_bytes: int
    driver: int
    #: Name, first byte in the record and width of each field; texts have the type ``C``.
    fields: tuple[tuple[bytes, str, int, int], ...]


@dataclass(frozen=True, slots=True)
class DbfText:
    """How to read the text of a DBF.

    Parameters
    ----------
    encoding : str
        A Python codec; ``ascii`` where there is nothing to decode.
    path : Path
        The file.
    header : DbfHeader
        What it says of itself.
    """

    encoding: str
    path: Path
    header: DbfHeader

    @property
    def day_fields(self) -> frozenset[str]:
        """The fields of days, as GDAL calls them with Latin-1."""
        fields = self.header.fields
        return frozenset(name.decode("latin-1") for name, kind, _, _ in fields if kind == "D")

    def days(self, raw: str, records: NDArray[np.int64]) -> NDArray[Any]:
        """Return the days of a field as texts, 2024-04-01; what is none as it stands.

        GDAL's are objects of Python's calendar, in which one 2024-02-30 spoils the whole file.

        Parameters
        ----------
        raw : str
            One of `day_fields`.
        records : (R,) array of int
            Numbers of records, from 0.
        """
        named = (f for f in self.header.fields if f[0].decode("latin-1") == raw)
        _, _, start, width = next(named)
        first, size = self.header.length + start, self.header.record_bytes
        cells = np.full(len(records), "", dtype=object)
        with self.path.open("rb") as handle:
            for at, record in enumerate(records.tolist()):
                handle.seek(first + record * size)
                cells[at] = _day(handle.read(width).decode("latin-1").strip(" \0"))
        return cells

    def field_name(self, raw: str) -> FieldName:
        """Return the name of a field out of its bytes as Latin-1."""
        return _field_name(raw.encode("latin-1", errors="replace"), self.encoding)


def read_dbf_text(path: Path, label: str, *, encoding: str | None = None) -> DbfText:
    """Tell the encoding of a DBF.

    Parameters
    ----------
    path : Path
        The ``.dbf``; its ``.cpg`` is looked for beside it.
    label : str
        The Shapefile's name for messages.
    encoding : str, optional
        What the user says it is; believed.

    Raises
    ------
    DataError
        ``vector-unreadable``: no DBF, or it claims more records than it has bytes for.
    """
    header = _header(path, label)
    declared = _declared(path) or _LANGUAGE_DRIVERS.get(header.driver)
    if encoding is None:
        names = [name for name, _, _, _ in header.fields if not name.isascii()]
        encoding = encoding_of({*names, *_text_cells(path, header)}, declared)
    return DbfText(encoding, path, header)


def _header(path: Path, label: str) -> DbfHeader:
    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(32)
        length = int.from_bytes(head[8:10], "little")
        described = handle.read(max(length - 32, 0))
    record_bytes = int.from_bytes(head[10:12], "little")
    records = int.from_bytes(head[4:8], "little")
    fields = []
    start = 1  # after the mark of deletion
    for at in range(0, len(described) - 31, 32):
        if described[at] in {0x0D, 0}:
            break
        name = described[at : at + 11].split(b"\0")[0]
        kind, width = chr(described[at + 11]), described[at + 16]
        if kind == "C":  # the decimals of a text are the high byte of its width
            width += 256 * described[at + 17]
        fields.append((name, kind, start, width))
        start += width
    if len(head) < 32 or length < 33 or records * record_bytes > size - length + record_bytes:  # noqa: PLR2004  bytes of the header
        raise DataError(unreadable(label, "DBF"))
    return DbfHeader(length, records, record_bytes, head[29], tuple(fields))


def _day(cell: str) -> str:
    if _DAY.fullmatch(cell):
        return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    return "" if set(cell) <= {"0", "*", "/", " "} else cell


def _text_cells(path: Path, header: DbfHeader) -> set[bytes]:
    """Return cells of text fields with other than ASCII: all different ones, up to enough."""
    cells: set[bytes] = set()
    if header.record_bytes == 0:
        return cells
    rows = max(_CHUNK // header.record_bytes, 1)
    seen = 0
    with path.open("rb") as handle:
        handle.seek(header.length)
        while chunk := handle.read(rows * header.record_bytes):
            if chunk.isascii():
                continue
            if len(cells) > _ENOUGH_CELLS or seen > _ENOUGH_RECORDS:
                break
            seen += rows
            for row in range(0, len(chunk), header.record_bytes):
                record = chunk[row : row + header.record_bytes]
                if not record.isascii():
                    cells.update(_cells(record, header))
    return cells


def _cells(record: bytes, header: DbfHeader) -> Iterator[bytes]:
    for _, kind, start, width in header.fields:
        cell = record[start : start + width].rstrip(b" \0")
        if kind == "C" and not cell.isascii():
            yield cell


def _declared(path: Path) -> str | None:
    """Return the codec that the .cpg names; ESRI writes plain numbers: 932, 65001."""
    for cpg in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if cpg.is_file():
            name = cpg.read_bytes()[:40].decode("ascii", errors="ignore").strip().lower()
            name = name.removeprefix("ansi ").replace("-", "_")
            return _known_codec(_DECLARED.get(name, name))
    return None


def _known_codec(name: str) -> str | None:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return name or None


def encoding_of(cells: Collection[bytes], declared: str | None) -> str:
    """Return the encoding that most of the texts are in.

    A declared encoding counts only between those that fit equally well.

    Parameters
    ----------
    cells : collection of bytes
        Texts with other than ASCII; a text may end inside a character.
    declared : str or None
        What the file says of itself.

    Examples
    --------
    >>> encoding_of(["阿蘇".encode("cp932")], "utf-8"), encoding_of(["阿蘇".encode()], "cp932")
    ('cp932', 'utf-8')
    >>> encoding_of(["阿蘇医療センター".encode("euc_jp")], None)
    'euc_jp'
    """
    if not cells:
        return "ascii"
    tried = dict.fromkeys(("utf-8", "cp932", "euc_jp", *([declared] if declared else [])))
    score = {name: sum(_plausible(cell, name) for cell in cells) for name in tried}
    # Between equals: what is declared, then the order above.
    order = {name: -rank for rank, name in enumerate(tried)}
    return max(tried, key=lambda name: (score[name], name == declared, order[name]))


def _plausible(cell: bytes, encoding: str) -> float:
    """Return 1 for a text that reads well, less for one that only decodes, 0 for none."""
    try:
        text, cut = decoded(cell, encoding)
    except UnicodeDecodeError:
        return 0.0
    if cut:
        if encoding == "euc_jp":  # any odd number of bytes could be
            return 0.0
        sure = encoding == "utf-8" and any(ch >= _THREE_BYTES for ch in text)
        return 1.0 if sure else _CUT_SCORE
    other = [ord(ch) for ch in text if ord(ch) > 0x7F]  # noqa: PLR2004  ASCII
    # Nonsense looks like this: EUC-JP read as CP932 is half-width katakana, katakana of CP932
    # read as UTF-8 is Latin letters with accents, and unmapped bytes become control characters.
    odd = sum(ch in _HALF_WIDTH or ch < 0x250 or 0xE000 <= ch < 0xF900 for ch in other)  # noqa: PLR2004
    return 1.0 - 0.5 * odd / len(other) if other else 0.5


def decoded(raw: bytes, encoding: str) -> tuple[str, bool]:
    """Return a text, and whether it ends inside a character, which is left out.

    Raises
    ------
    UnicodeDecodeError
        It is not in that encoding, not even but for its end.
    """
    try:
        return raw.decode(encoding), False
    except UnicodeDecodeError as cause:
        if cause.reason not in _CUT:
            raise
        return raw[: cause.start].decode(encoding), True


def _field_name(raw: bytes, encoding: str) -> FieldName:
    """Decode a name, if need be in another encoding than the records'."""
    full = len(raw) >= _NAME_BYTES
    number = _NUMBERED.search(raw.decode("latin-1"))
    stem, tail = (raw[: number.start()], number[0]) if number else (raw, "")
    for tried in dict.fromkeys((encoding, "utf-8", "cp932")):
        # Whole names first: the last byte of one in CP932 can look like half a character.
        for part, more in ((raw, ""), (stem, tail)):
            try:
                text, broken = decoded(part, tried)
            except UnicodeDecodeError:
                continue
            return FieldName(text + more, raw.decode("latin-1"), broken, full)
    return FieldName(raw.decode(encoding, errors="replace"), raw.decode("latin-1"), True, full)


def _folded(text: str) -> str:
    return nfkc(text).casefold()


def whole_names(
    fields: Sequence[FieldName],
    known: Mapping[str, Sequence[str]],
    required: Collection[str],
    label: str,
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Return the names of columns, those cut short as the words they can only have been.

    Parameters
    ----------
    fields : sequence of FieldName
        As the file has them.
    known : mapping of str to sequence of str
        Words for each column of a meaning, the most telling first.
    required : collection of str
        Meanings that the file must have: a cut name that could have several is taken for the one
        of these that no other column has.
    label : str
        The file's name for messages.

    Returns
    -------
    names : tuple of str
        As many as `fields`.
    problems : tuple of Problem
        ``column-name-cut``: a warning for each name that was restored or is broken, an error for
        those between which a required column cannot be told.
    """
    words = {meaning: [_folded(word) for word in group] for meaning, group in known.items()}
    have = {_folded(field.text) for field in fields if not field.broken}
    open_ = {meaning for meaning, group in words.items() if have.isdisjoint(group)}
    could = {
        at: [m for m in known if m in open_ and any(w.startswith(f.begins) for w in words[m])]
        for at, f in enumerate(fields)
        if f.begins and (f.broken or (f.full and not _means(f, words)))
    }
    chosen = _chosen(could, set(required))
    names, problems = [], []
    for at, field in enumerate(fields):
        meaning = chosen.get(at)
        if meaning is None:
            names.append(field.text)
        else:
            place = next(n for n, w in enumerate(words[meaning]) if w.startswith(field.begins))
            names.append(known[meaning][place])
        if meaning is not None or field.broken:
            problems.append(_cut(field, names[-1] if meaning is not None else None, label))
    unclear = [m for m in required if m in open_ and m not in chosen.values()]
    doubtful = [at for at, meanings in could.items() if set(meanings).intersection(unclear)]
    if doubtful:
        problems += [_unclear(fields[at], label) for at in doubtful]
    return tuple(names), tuple(problems)


def _means(field: FieldName, words: Mapping[str, Sequence[str]]) -> bool:
    return any(_folded(field.text) in group for group in words.values())


def _chosen(could: Mapping[int, Sequence[str]], required: set[str]) -> dict[int, str]:
    """Return the meaning of each column that can have but one, required meanings first."""
    chosen: dict[int, str] = {}
    for wanted in (required, {m for meanings in could.values() for m in meanings}):
        while found := _only_ones(could, wanted, chosen):
            chosen |= found
    return chosen


def _only_ones(
    could: Mapping[int, Sequence[str]], wanted: set[str], chosen: Mapping[int, str]
) -> dict[int, str]:
    """Return meanings that one column alone can have, or that are all a column can have."""
    left = wanted - set(chosen.values())
    free = {at: left.intersection(meanings) for at, meanings in could.items() if at not in chosen}
    found: dict[int, str] = {}
    for meaning in sorted(left):
        able = [at for at, meanings in free.items() if meaning in meanings]
        bound = [at for at in able if len(free[at]) == 1]
        only = able if len(able) == 1 else bound if len(bound) == 1 else []
        found |= {at: meaning for at in only if at not in found}
    return found


def _cut(field: FieldName, used_as: str | None, label: str) -> Problem:
    ja = f"。「{used_as}」として使いました" if used_as else "。残った文字だけを列名としました"
    en = f"; it was used as {used_as!r}" if used_as else "; what is left of it is its name"
    return warning(
        "column-name-cut",
        Text(
            f"列名が途中で切れています（DBF の列名は10バイトまで）{ja}",
            f"the column's name is cut short (a DBF holds ten bytes){en}",
        ),
        _SHORTER,
        file=label,
        column=field.text,
    )


def _unclear(field: FieldName, label: str) -> Problem:
    return error(
        "column-name-cut",
        Text(
            "列名が途中で切れていて（DBF の列名は10バイトまで）、どの列か決められません",
            "the column's name is cut short (a DBF holds ten bytes): it could be one of several",
        ),
        _SHORTER,
        file=label,
        column=field.text,
    )
