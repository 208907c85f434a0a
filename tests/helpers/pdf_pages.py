"""What a PDF says, page by page, as poppler reads it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.helpers.system import program


def asked(name: str, pdf: bytes, folder: Path, *options: str, last: str = "") -> str:
    """Return what a program of poppler prints of a PDF."""
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    command = [
        program(name, package="poppler-utils"),
        *options,
        str(file),
        *([last] if last else []),
    ]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """Return the text of each page without blanks: lines break where they must."""
    text = asked("pdftotext", pdf, folder, "-enc", "UTF-8", last="-")
    return [squeezed(page) for page in text.split("\f")[:-1]]


def squeezed(text: str) -> str:
    """Return text without blanks."""
    return re.sub(r"[\s\u200b]+", "", text)
