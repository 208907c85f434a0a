"""Whether a file is what its name says, whole and undamaged: it came, which says little.

An office's proxy answers with a page in the place of a zip, and a broken line leaves half of one.

Stands apart: also asked of files that people put there themselves.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from pathlib import Path

from groundfloor.problems import Text
from networks.osm.pbf_blobs import PbfError, list_blobs

_HEAD_BYTES = 1024
_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head)", re.IGNORECASE
)
_ZIPPED = (".zip", ".xlsx")
#: What is wrong where a page came in the place of a file.
PAGE = Text(
    "ファイルではなくWebページです（案内・認証・エラーの画面）",
    "it is a web page (a notice, a login, an error), not the file",
)


def fault_of(path: Path, name: str, md5: str = "") -> Text | None:
    """Return what is wrong with a file, None where nothing is.

    Parameters
    ----------
    path : Path
        The file as it lies there, also as a part.
    name : str
        The name it is to have, whose ending says what it is.
    md5 : str
        Its MD5 sum as the publisher states it; empty without one.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        return Text("中身がありません", "it is empty")
    if is_page(head):
        return PAGE
    if name.lower().endswith(_ZIPPED):
        found = _zip_fault(path)
    else:
        found = _extract_fault(path) if name.lower().endswith(".pbf") else None
    return found or (_md5_fault(path, md5) if md5 else None)


def is_page(head: bytes) -> bool:
    """Tell whether bytes begin a web page.

    Examples
    --------
    >>> is_page(b"<!DOCTYPE html><html>"), is_page(b"PK")
    (True, False)
    """
    return _PAGE.match(head) is not None


def md5_in(text: str) -> str:
    """Return the sum in a checksum file (``sum  name``); empty where there is none.

    Examples
    --------
    >>> md5_in("D41D8CD98F00B204E9800998ECF8427E  kyushu-latest.osm.pbf")
    'd41d8cd98f00b204e9800998ecf8427e'
    >>> md5_in("<html>")
    ''
    """
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    return first if re.fullmatch(r"[0-9a-f]{32}", first) else ""


def _zip_fault(path: Path) -> Text | None:
    """Unpack every member to nowhere: each has its checksum."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.infolist():
                return Text("zip の中身がありません", "the zip is empty")
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as fault:
        # RuntimeError: a password is asked for, NotImplementedError: an unknown packing.
        return Text(f"zip が壊れています（{fault}）", f"the zip is damaged ({fault})")
    if damaged is None:
        return None
    return Text(f"zip の中の {damaged} が壊れています", f"{damaged} in the zip is damaged")


def _extract_fault(path: Path) -> Text | None:
    with path.open("rb") as stream:
        try:
            list_blobs(stream)
        except PbfError as fault:
            return fault.text
    return None


def _md5_fault(path: Path, expected: str) -> Text | None:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found == expected:
        return None
    return Text("チェックサム（MD5）が一致しません", "its MD5 sum is another")
