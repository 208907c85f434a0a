"""The parts of a workbook's package around its sheets: names, shared texts, number formats.

It stands apart from `groundfloor.workbooks` because a package (a zip of XML parts that point at
each other) and a sheet (cells) are two subjects. Every fault of zip and XML becomes a `DataError`
here. Element names are compared without their namespace, so that Strict Open XML reads alike.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from xml.parsers import expat

from groundfloor.archives import ZIP_FAULTS
from groundfloor.problems import DataError, Problem, Text, error

Attributes = Mapping[str, str]

_CHUNK = 2 * 1024**2
# A sheet of a million rows with formatting in 20 columns unpacks to some 600 MB, and costs only
# its unpacking; a zip made to exhaust a machine goes on for ever.
_MOST_BYTES = 1024**3
_MOST_BYTES_AT_ONCE = 64 * 1024**2  # of parts that are read whole
_MOST_TEXTS = 5_000_000
#: Of texts in one part; the largest lists have a few million.
MOST_CHARACTERS = 100_000_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Some exporters write control characters, raw or as references; neither is XML.
_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_NO_XML = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
#: Stands for a character that XML cannot hold, until the cell is known that it is in.
DROPPED = "\uf8ff"
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_PERCENT = frozenset({"9", "10"})  # 0%, 0.00%
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class NumberKind(Enum):
    """What a number format shows a number as."""

    PLAIN = "plain"
    DATE = "date"
    DURATION = "duration"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a cell shows its number.

    Parameters
    ----------
    kind : NumberKind
        Number, day, length of time or share.
    digits : int
        Digits that are shown at least (``00000``); 0 where the format says nothing of it.
    """

    kind: NumberKind = NumberKind.PLAIN
    digits: int = 0


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet as the workbook lists it: its name, its part of the package, whether hidden."""

    name: str
    member: str
    hidden: bool


class Package:
    """A workbook's zip, whose parts are found by name and read within bounds.

    Parameters
    ----------
    packed : ZipFile
        The open zip.
    label : str
        The file's name for messages.
    """

    def __init__(self, packed: zipfile.ZipFile, label: str) -> None:
        self.packed = packed
        self.label = label
        self.left = _MOST_BYTES
        # Names are compared without case, and some writers use backslashes.
        self.members = {
            info.filename.replace("\\", "/").lstrip("/").lower(): info for info in packed.infolist()
        }

    def chunks(self, member: str) -> Iterator[bytes]:
        """Yield the bytes of a part, clean of what is no XML; no tag is cut in two."""
        with self._open(member) as stream:
            held = b""
            while True:
                read = stream.read(_CHUNK)
                self.left -= len(read)
                if self.left < 0:
                    raise DataError(too_large(self.label))
                if not held and read[:2] in _UTF16_MARKS:
                    read = self._from_utf16(read + stream.read(_MOST_BYTES_AT_ONCE))
                whole = held + read
                end = len(whole) if not read else whole.rfind(b"<")
                if end > 0:
                    yield _clean(whole[:end])
                held = whole[max(end, 0) :]
                if len(held) > _MOST_BYTES_AT_ONCE:
                    raise DataError(too_large(self.label))
                if not read:
                    return

    @contextmanager
    def _open(self, member: str) -> Iterator[io.BufferedIOBase]:
        info = self.members.get(member.lower())
        if info is None:
            raise DataError(damaged(self.label, member))
        try:
            with self.packed.open(info) as stream:
                yield stream  # type: ignore[misc]
        except DataError:
            raise
        except (*ZIP_FAULTS, OSError) as cause:
            raise DataError(damaged(self.label, member)) from cause

    def _from_utf16(self, data: bytes) -> bytes:
        try:
            return data.decode("utf-16").encode()
        except UnicodeError as cause:
            raise DataError(damaged(self.label)) from cause

    def parse(
        self,
        member: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
        *,
        through: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
    ) -> None:
        """Parse a part with handlers that get element names without their prefix.

        Parameters
        ----------
        member : str
            The part.
        start, end, text : callable
            As of `xml.parsers.expat`.
        through : callable
            What the bytes pass before they are parsed.
        """
        # The declaration may name any encoding; parts are UTF-8 or were made so.
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True

        def first(name: str, found: Attributes) -> None:
            """See whether elements have a prefix: taking it off costs a call for each of them."""
            bare = ":" not in name
            parser.StartElementHandler = start if bare else lambda n, a: start(_local(n), a)
            if end is not None:
                parser.EndElementHandler = end if bare else lambda n: end(_local(n))
            start(_local(name), found)

        parser.StartElementHandler = first
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            for chunk in through(self.chunks(member)):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as cause:
            raise DataError(damaged(self.label, member, str(cause))) from cause

    def _refuse_doctype(self, *_: object) -> None:
        raise DataError(damaged(self.label, None, "DOCTYPE"))

    def sheets(self) -> tuple[SheetPart, ...]:
        """Return the worksheets in the order of their tabs."""
        book = self._related("", "officeDocument").get("", "xl/workbook.xml")
        targets = self._related(book, "worksheet")
        found: list[SheetPart] = []

        def start(name: str, attributes: Attributes) -> None:
            if name != "sheet":
                return
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            if key in targets:
                hidden = attributes.get("state", "visible") != "visible"
                found.append(SheetPart(attributes.get("name", ""), targets[key], hidden))

        self.parse(book, start)
        return tuple(found)

    def _related(self, member: str, kind: str) -> dict[str, str]:
        """Return parts of a kind that a part points to, by id; the package's own under ``""``."""
        folder, name = posixpath.split(member)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("Type", "").endswith(f"/{kind}"):
                target = attributes.get("Target", "").replace("\\", "/")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[attributes.get("Id", "") if member else ""] = path

        if listing.lower() in self.members:
            self.parse(listing, start)
        return found

    def shared_texts(self) -> list[str]:
        """Return the texts that cells point at by number; readings (furigana) left out."""
        gathered = _SharedTexts(self.label)
        if "xl/sharedstrings.xml" in self.members:
            self.parse("xl/sharedStrings.xml", gathered.start, gathered.end, gathered.text)
        return gathered.texts

    def number_formats(self) -> tuple[NumberFormat, ...]:
        """Return the formats of cells by the number of their style."""
        codes: dict[str, str] = {}
        styles: list[str] = []
        inside = [False]

        def start(name: str, attributes: Attributes) -> None:
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                inside[0] = True
            elif name == "xf" and inside[0]:
                styles.append(attributes.get("numFmtId", "0"))

        def end(name: str) -> None:
            inside[0] = inside[0] and name != "cellXfs"

        if "xl/styles.xml" in self.members:
            self.parse("xl/styles.xml", start, end)
        return tuple(_format(number, codes.get(number)) for number in styles)

    def counts_from_1904(self) -> bool:
        """Tell whether day numbers count from 1904, as old workbooks of the Macintosh do."""
        flags: list[bool] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "workbookPr":
                flags.append(attributes.get("date1904", "0") in {"1", "true"})

        self.parse(self._related("", "officeDocument").get("", "xl/workbook.xml"), start)
        return any(flags)


class _SharedTexts:
    """Gathers texts from their XML; a reading (``rPh``) stands inside the text it belongs to."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.texts: list[str] = []
        self.parts: list[str] = []
        self.in_text = self.in_reading = False
        self.characters = 0

    def start(self, name: str, _: Attributes) -> None:
        if name == "t":
            self.in_text = not self.in_reading
        elif name == "rPh":
            self.in_reading = True
        elif name == "si":
            self.parts.clear()

    def end(self, name: str) -> None:
        if name == "t":
            self.in_text = False
        elif name == "rPh":
            self.in_reading = False
        elif name == "si":
            self.texts.append(unescaped("".join(self.parts)))
            if len(self.texts) > _MOST_TEXTS:
                raise DataError(too_large(self.label))

    def text(self, found: str) -> None:
        if self.in_text:
            self.parts.append(found)
            self.characters += len(found)
            if self.characters > MOST_CHARACTERS:
                raise DataError(too_large(self.label))


@contextmanager
def open_package(data: bytes, label: str) -> Iterator[Package]:
    """Open the package of a workbook.

    Raises
    ------
    DataError
        It is no readable zip (``xlsx-damaged``).
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except (*ZIP_FAULTS, OSError) as cause:
        raise DataError(damaged(label)) from cause
    with packed:
        yield Package(packed, label)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _clean(chunk: bytes) -> bytes:
    """Return XML with a stand-in for each character that is none; fast where there is nothing."""
    if b"&#" not in chunk and len(chunk.translate(None, _CONTROLS)) == len(chunk):
        return chunk
    return _NO_XML.sub(DROPPED.encode(), chunk)


def unescaped(text: str) -> str:
    """Return a text with Excel's ``_x000D_`` as the characters that they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16), found[0]), text)


def _character(code: int, written: str) -> str:
    return written if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - half characters


def _format(number: str, code: str | None) -> NumberFormat:
    if code is None and number in _BUILT_IN_PERCENT:
        return NumberFormat(NumberKind.PERCENT)
    if code is None:
        dated = number.isdecimal() and int(number) in _BUILT_IN_DATES
        elapsed = number == "46"  # [h]:mm:ss
        kind = NumberKind.DATE if dated else NumberKind.PLAIN
        return NumberFormat(NumberKind.DURATION if elapsed else kind)
    if _ELAPSED.search(code):
        return NumberFormat(NumberKind.DURATION)
    bare = _NOT_FORMAT.sub("", code.split(";")[0])
    if re.search(r"[ymdhsYMDHS]", bare):
        return NumberFormat(NumberKind.DATE)
    if "%" in bare:
        return NumberFormat(NumberKind.PERCENT)
    return NumberFormat(digits=len(code) if code.strip("0") == "" else 0)


def damaged(label: str, member: str | None = None, cause: str | None = None) -> Problem:
    """Return the problem of a workbook that cannot be read, naming the part where one is known."""
    told = ": ".join(word for word in (member, cause) if word)
    return error(
        "xlsx-damaged",
        Text("Excel ブックとして読めません", "this is not a readable workbook"),
        Text(
            "Excel で開けるか確認し、.xlsx で保存し直してください",
            "check that Excel opens it, and save it again as .xlsx",
        ),
        file=label,
        value=told or None,
    )


def too_large(label: str) -> Problem:
    """Return the problem of a workbook that would exhaust the machine."""
    return error(
        "xlsx-too-large",
        Text("ブックが大きすぎます", "the workbook is too large"),
        Text(
            "使う表だけを新しいブックか CSV に保存してください",
            "save the table that is used in a new workbook or as CSV",
        ),
        file=label,
    )
