"""The digest of a run: one text that is the same where the outputs must be, and another elsewhere.

Stands apart: it is written into a result (`spots.outputs.manifest`) and asked for before there is
one (`spots.job.job_digest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from groundfloor.codec import encode
from groundfloor.installed import code_digest, tool_version
from groundfloor.problems import Lang

#: The map's background: its tiles come from elsewhere, and no verdict hangs on them.
_LOOSE = frozenset({"map.background.tiles"})


@dataclass(frozen=True, slots=True, order=True)
class HashedInput:
    """What a digest looks at of a file that a run reads.

    Parameters
    ----------
    key : str
        Of the run file; empty for what was handed over in Python.
    name : str
        Its name without folders: the same files elsewhere are the same job.
    sha256 : str
        Of its content.
    """

    key: str
    name: str
    sha256: str


def hashed_input(key: str, file: str, sha256: str) -> HashedInput:
    """Return what a digest looks at of a file, wherever that lies."""
    return HashedInput(key, PurePosixPath(file.replace("\\", "/")).name, sha256)


def run_digest(
    job: Mapping[str, object], inputs: Iterable[HashedInput], lang: Lang, made_by: str
) -> str:
    """Return the SHA-256 of everything that the outputs of a run follow from.

    Parameters
    ----------
    job : mapping
        As `spots.job.run_file.Job.resolved` gives it.
    inputs : iterable of HashedInput
        What it reads, in any order.
    lang : Lang
        Of the outputs.
    made_by : str
        From `tool_digest`.
    """
    files = sorted(each for each in inputs if each.key not in _LOOSE)
    page = [made_by, lang.value, encode(job), [encode(each) for each in files]]
    text = json.dumps(page, ensure_ascii=False)  # keys in their order, which outputs have too
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def tool_digest(versions: Mapping[str, str]) -> str:
    """Return the SHA-256 of what makes results: this tool, its code, and libraries.

    Parameters
    ----------
    versions : mapping of str to str
        Of the libraries (`spots.outputs.manifest.library_versions`).
    """
    text = json.dumps([tool_version(), code_digest(), sorted(versions.items())])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
