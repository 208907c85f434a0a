"""From a run to the whole report, as values; and to a PDF in a typeface read at run time.

IPAex Gothic (IPA Font License v1.0) in ``matplotlib-fontja``: one file with kana, kanji of JIS X
0213 and Latin letters, made for screens and print alike. The package is not imported, for that
would load matplotlib.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from importlib import resources
from pathlib import Path

from groundfloor.installed import installed_files
from groundfloor.problems import Lang, MissingFileError, Text, error
from spots.report.annex_pages import annex_of, borderline_of, numbering, reasons_of, rest_of
from spots.report.basemap import ground_of
from spots.report.facility_pages import route_pages
from spots.report.label_placing import text_em
from spots.report.method import cover_of, method_of
from spots.report.overview import map_sheets
from spots.report.report_data import DRAWINGS, UI, Block, Document, printable
from spots.telling import colours
from spots.types import RunResult

# Two lines of a footer beside the page number.
_FOOTER_EM = 104.0
_MOST_CODES = 40
_MAP_SOURCES = ("国土数値情報", "OpenStreetMap")


def document_of(result: RunResult, lang: Lang) -> Document:
    """Return everything the report says, in the order of its pages.

    Raises
    ------
    CrsError
        The run's outlines are not longitude/latitude.
    MissingFileError
        The typeface is not installed.
    """
    ground = ground_of(result)
    numbers = numbering(result)
    title = result.settings.title.render(lang)
    named = title
    if Text("案", "draft").render(lang) not in title:
        named += Text("（案）", " (draft)").render(lang)
    document = Document(
        lang=str(lang),
        words={key: text.render(lang) for key, text in UI.items()},
        colours=colours.CRITERIA,
        running=named,
        attribution=_on_every_page(result, lang),
        attributions=result.settings.attributions,
        keywords=(result.settings.prefecture, "医師少数スポット"),
        cover=cover_of(result, lang),
        sheets=map_sheets(result, ground, numbers, lang),
        annex=annex_of(result, lang),
        reasons=reasons_of(result, lang),
        method=method_of(result, lang),
        borderline=borderline_of(result, numbers, lang),
        rest=rest_of(result, lang),
        pages=route_pages(result, ground, numbers, lang),
    )
    boxes = _not_drawn(_strings(asdict(document)), font_folder() / FONT_FILE)
    if not boxes:
        return document
    return replace(document, method=(*document.method, _undrawn(boxes, lang)))


def _undrawn(characters: str, lang: Lang) -> Block:
    """Return what a reader must know of characters that are printed as empty boxes."""
    codes = " ".join(f"U+{ord(c):04X}" for c in characters[:_MOST_CODES])
    more = " …" if len(characters) > _MOST_CODES else ""
    text = Text(
        f"この報告書の書体にない文字は□で印刷されています（{codes}{more}）。"
        "正しい文字は table.xlsx と facilities.csv にあります。",
        f"Characters that the typeface does not have are printed as boxes ({codes}{more}); "
        "table.xlsx and facilities.csv have them.",
    )
    title = Text("印刷できない文字", "Characters not printed").render(lang)
    return Block(title=title, paragraphs=(text.render(lang),))


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a value of dictionaries and sequences, drawings left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key not in DRAWINGS:
                yield from _strings(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _strings(entry)


def _on_every_page(result: RunResult, lang: Lang) -> str:
    """Return who must be named beside every map: the roads first, as far as two lines go."""
    network = result.network.attribution if result.network else ""
    others = [a for a in result.settings.attributions if any(w in a for w in _MAP_SOURCES)]
    named = [a for a in dict.fromkeys((network, *others)) if a]
    rest = Text("ほかの出典は「方法と出典」", "others: see 'Method and sources'").render(lang)
    while named and text_em("　".join([*named, rest])) > _FOOTER_EM:
        named.pop()
    whole = set(result.settings.attributions) <= set(named)
    return "　".join(named if whole else [*named, rest])


#: The template in the order in which its parts need each other.
TEMPLATES = ("parts.typ", "maps.typ", "sections.typ", "report.typ")


def render_report(result: RunResult, lang: Lang = Lang.JA) -> bytes:
    """Return ``report.pdf``.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of the report.

    Returns
    -------
    bytes
        A PDF with its fonts and outline inside; the same for the same run.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    CrsError
        The run's outlines are not longitude/latitude.
    """
    return typeset(document_of(result, lang))


def typeset(document: Document) -> bytes:
    """Return the PDF of a report.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - so that its absence is told in the reader's language
    except ImportError:
        raise _missing(Text("組版ソフト", "the typesetter"), "typst", "typst") from None
    fonts = font_folder()
    # The stub wants font folders of the same type as the template.
    pdf: bytes = typst.compile(  # type: ignore[call-overload]
        _template(),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": _as_json(document)},
    )
    return pdf


def _template() -> bytes:
    """Return the template in one piece."""
    folder = resources.files("spots.report")
    return b"\n".join(folder.joinpath(name).read_bytes() for name in TEMPLATES)


def _as_json(document: Document) -> str:
    """Return what the template is told, with every string fit for paper."""
    return json.dumps(_fit(asdict(document)), ensure_ascii=False, separators=(",", ":"))


def _fit(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: v if key in DRAWINGS else _fit(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(entry) for entry in value]
    return value


DISTRIBUTION = "matplotlib-fontja"
FONT_FILE = "ipaexg.ttf"
_FULL_UNICODE = 12  # format of the character table that holds every plane


def font_folder(distribution: str = DISTRIBUTION) -> Path:
    """Return the folder of the typeface in the installed `distribution`.

    Parameters
    ----------
    distribution : str
        Name on PyPI.

    Returns
    -------
    Path
        The folder that holds `FONT_FILE`.

    Raises
    ------
    MissingFileError
        The distribution, or the file in it, is not installed.
    """
    for file in installed_files(distribution).values():
        if file.name == FONT_FILE:
            return file.parent
    raise _missing(
        Text("日本語の書体", "the Japanese typeface"), f"{distribution}: {FONT_FILE}", distribution
    )


def _not_drawn(texts: Iterable[str], font: Path) -> str:
    """Return the characters of `texts` that a TrueType font cannot draw, sorted.

    What no font draws anyway (blanks, controls, the places to break of `printable`) is left out.
    """
    firsts, lasts = _ranges(font.read_bytes())
    found = []
    for character in sorted({c for text in texts for c in text if c.isprintable() and c != " "}):
        code = ord(character)
        place = bisect_right(firsts, code) - 1
        if place < 0 or code > lasts[place]:
            found.append(character)
    return "".join(found)


def _ranges(data: bytes) -> tuple[list[int], list[int]]:
    """Return first and last code points of the runs of characters that a font has."""
    (count,) = struct.unpack_from(">H", data, 4)
    tables = dict(_table(data, 12 + 16 * k) for k in range(count))
    cmap = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    starts = [cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * k)[0] for k in range(count)]
    full = next(at for at in starts if struct.unpack_from(">H", data, at)[0] == _FULL_UNICODE)
    (runs,) = struct.unpack_from(">I", data, full + 12)
    groups = sorted(struct.unpack_from(">III", data, full + 16 + 12 * k) for k in range(runs))
    return [g[0] for g in groups], [g[1] for g in groups]


def _table(data: bytes, at: int) -> tuple[bytes, int]:
    tag, _, offset, _ = struct.unpack_from(">4sIII", data, at)
    return tag, offset


def _missing(what: Text, value: str, distribution: str) -> MissingFileError:
    """Return the error for a part of the report's machinery that is not installed."""
    return MissingFileError(
        error(
            "report-part-missing",
            Text(
                f"報告書（report.pdf）に必要な{what.ja}が見つかりません",
                f"{what.en}, which report.pdf needs, was not found",
            ),
            Text(
                f"pip install {distribution} でインストールし直してください",
                f"install it again: pip install {distribution}",
            ),
            value=value,
        )
    )
