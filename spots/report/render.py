"""``report.pdf``: set by Typst from a template of our own, with nothing of the machine in it.

The template is package data; what a run found goes in as one JSON value, which the template shows
and never reads as markup. System fonts are ignored and no time is written, so the same run gives
the same bytes everywhere. Typst's own package registry is never used.

Needs typst 0.14: its PDFs are tagged, and its Python package takes the template as bytes (that of
0.13.0 does not).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources

from groundfloor.problems import Lang, Text
from spots.report.content import document_of
from spots.report.font import font_folder, missing
from spots.report.model import DRAWINGS, Document
from spots.report.words import printable
from spots.types import RunResult

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
        raise missing(Text("組版ソフト", "the typesetter"), "typst", "typst") from None
    fonts = font_folder()
    # The stub wants font folders of the same type as the template.
    pdf: bytes = typst.compile(  # type: ignore[call-overload]
        template(),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": as_json(document)},
    )
    return pdf


def template() -> bytes:
    """Return the template in one piece."""
    folder = resources.files("spots.report")
    return b"\n".join(folder.joinpath(name).read_bytes() for name in TEMPLATES)


def as_json(document: Document) -> str:
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
