"""Paths as people name them, and paths that pyogrio takes for what they are.

pyogrio reads a path as an address: what stands before ``!`` is an archive, what follows ``;`` is
dropped, two slashes begin a host, and ``/vsi`` is one of GDAL's own systems. Such a path is worked
around, never refused: ``!最新`` at the head of a folder's name keeps it on top in Explorer. So is a
name that is no UTF-8, as unpacking a zip of Windows leaves them, or all Japanese ones where the
system's language is C.

Stands apart: readers of layers and writers of layers meet the same paths.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse


def is_plain(path: Path) -> bool:
    """Whether pyogrio takes a path for that path and nothing else."""
    text = str(path)
    if os.fsencode(text) != text.encode("utf-8", "surrogatepass"):
        return False  # GDAL's names are UTF-8; those of the system, or of this file, are not
    if path.drive:  # on Windows a letter makes it plain, but for archives
        text = text.removeprefix(path.drive)
    as_address = urlparse(text, allow_fragments=False)
    return as_address.path == text and "!" not in text and not text.startswith("/vsi")


@contextmanager
def plain_folder(folder: Path) -> Iterator[Path]:
    """Give a folder for layers to be written into; at the end they are in `folder`.

    Parameters
    ----------
    folder : Path
        Where they belong. The folder given is this one where pyogrio can write into it, and a
        temporary one otherwise.
    """
    if is_plain(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="spots-layers-") as made:
        yield Path(made)
        for file in sorted(Path(made).iterdir()):
            shutil.move(file, folder / file.name)
