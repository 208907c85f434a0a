"""From the values of a report to its PDF, in a typeface read at run time and a process of its own.

IPAex Gothic (IPA Font License v1.0) in ``matplotlib-fontja``: one file with kana, kanji of JIS X
0213 and Latin letters, made for screens and print alike. The package is not imported, for that
would load matplotlib.

Typst keeps what it typeset, about 100 MB a report, for a next time that never comes here. The child
gives its memory back, so that a thousand reports of a batch need the memory of one.

Stands apart: what a report says is one subject, and who sets it another.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from groundfloor.installed import installed_files
from groundfloor.problems import MissingFileError, Text, error
from spots.report.report_data import DRAWINGS, Document, printable

#: The template in the order in which its parts need each other.
TEMPLATES = ("parts.typ", "maps.typ", "sections.typ", "report.typ")


# What the child does; it is given everything, and imports nothing of ours. A character that the
# typeface lacks keeps a report from being PDF/UA: it is tagged all the same.
_CHILD = """
import json, sys
asked = json.load(sys.stdin.buffer)
sys.path = asked.pop("path")
import typst
template = asked.pop("template").encode()
try:
    pdf = typst.compile(template, **asked)
except typst.TypstError as fault:
    if "PDF/UA" not in str(fault):
        raise
    pdf = typst.compile(template, **{**asked, "pdf_standards": []})
sys.stdout.buffer.write(pdf)
"""


def typeset(document: Document, *, here: bool = False) -> bytes:
    """Return the PDF of a report.

    Parameters
    ----------
    document : Document
        The report.
    here : bool
        Whether it is set in this process, which is one of its own already.

    Raises
    ------
    MissingFileError
        Typst or the typeface is not installed.
    RuntimeError
        Typst does not understand the template; a defect of the tool.
    """
    return typeset_as(_template(), document, here=here)


def typeset_as(template: str, document: object, *, here: bool = False) -> bytes:
    """Return the PDF of pages by a template.

    Parameters
    ----------
    template : str
        What Typst understands; it is told the document as ``sys.inputs.document``, JSON.
    document : dataclass
        What the pages say.
    here : bool
        As for `typeset`.

    Raises
    ------
    MissingFileError, RuntimeError
        As for `typeset`.
    """
    if find_spec("typst") is None:
        raise _not_installed(Text("組版ソフト", "the typesetter"), "typst", "typst")
    asked = {
        "template": template,
        "font_paths": [str(font_folder())],
        "root": str(font_folder()),  # no file is asked for; the working folder may be gone
        "ignore_system_fonts": True,
        "format": "pdf",
        "pdf_standards": "ua-1",
        "sys_inputs": {"document": _as_json(document)},
    }
    python = None if here else interpreter()
    return _here(asked) if python is None else _apart(asked, python)


def _apart(asked: dict[str, Any], python: str) -> bytes:
    done = subprocess.run(  # noqa: S603 (our own interpreter and script)
        # Without "site": it takes longer to start than Typst, and the path is that of this process.
        [python, "-P", "-S", "-X", "utf8", "-c", _CHILD],
        input=json.dumps({**asked, "path": sys.path}).encode("ascii"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    return done.stdout


def _here(asked: dict[str, Any]) -> bytes:
    import typst  # noqa: PLC0415 - only where no process of our own can be started

    template = asked.pop("template").encode()
    try:
        pdf: bytes = typst.compile(template, **asked)
    except typst.TypstError as fault:
        if "PDF/UA" not in str(fault):
            raise
        pdf = typst.compile(template, **{**asked, "pdf_standards": []})
    return pdf


def interpreter() -> str | None:
    """Return the Python that runs this, None inside a program such as QGIS, which is none."""
    name = Path(sys.executable or "").name.lower()
    return sys.executable if name.startswith(("python", "pypy")) else None


def _template() -> str:
    return template_of(TEMPLATES)


def template_of(names: Iterable[str], package: str = "spots.report") -> str:
    """Return templates of a package in one piece, in the order in which they need each other."""
    folder = resources.files(package)
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


def _as_json(document: object) -> str:
    """Return what the template is told, with every string fit for paper."""
    return json.dumps(_fit(document), ensure_ascii=False, separators=(",", ":"))


def _fit(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if is_dataclass(value):
        entries = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: v if name in DRAWINGS else _fit(v) for name, v in entries}
    if isinstance(value, dict):
        return {key: _fit(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(entry) for entry in value]
    return value


# --- the typeface

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
    raise _not_installed(
        Text("日本語の書体", "the Japanese typeface"), f"{distribution}: {FONT_FILE}", distribution
    )


def not_drawn(texts: Iterable[str], font: Path) -> str:
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


def _not_installed(what: Text, value: str, distribution: str) -> MissingFileError:
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
