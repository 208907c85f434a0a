"""What a run found, kept in the register without loss, in parts that runs may share.

Left out is what decides nothing and weighs much: roads and times for maps, population cells, map
tiles. Two runs of the same outlines share municipalities and medical areas.

Stands apart: what is kept of a run, and how, is no matter of the file that it is kept in.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from groundfloor.codec import compact_json, encode
from spots.outputs.evidence import VERSION, parse_evidence
from spots.types import RunResult
from spots.types.results import EVIDENCE_FORMAT


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """A run in parts.

    Parameters
    ----------
    version : int
        Of the format of ``evidence.json``.
    parts : mapping of str to str
        By field of the result the SHA-256 of its JSON.
    texts : mapping of str to str
        By SHA-256 the JSON itself.
    """

    version: int
    parts: Mapping[str, str]
    texts: Mapping[str, str]


def in_parts(result: RunResult) -> KeptEvidence:
    """Return a run as it is kept."""
    kept = replace(
        result, surroundings=None, background=None, population=None, population_ground=None
    )
    texts = {key: compact_json(value) for key, value in encode(kept).items()}
    hashes = {key: sha256_of_text(text) for key, text in texts.items()}
    return KeptEvidence(VERSION, hashes, {hashes[key]: text for key, text in texts.items()})


def whole(kept: KeptEvidence, name: str) -> RunResult:
    """Return the run again.

    Parameters
    ----------
    kept : KeptEvidence
        The run in parts.
    name : str
        Of the register, for messages.

    Raises
    ------
    FolderError
        The parts are no run of this version of the tool, or of one before.
    """
    fields = (f"{json.dumps(key)}:{kept.texts[sha]}" for key, sha in kept.parts.items())
    head = f'"format":{json.dumps(EVIDENCE_FORMAT)},"version":{kept.version}'
    return parse_evidence("{" + head + ',"result":{' + ",".join(fields) + "}}", name=name)


def sha256_of_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def packed(text: str) -> bytes:
    """Return a part as it lies in the file."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def unpacked(data: bytes) -> str:
    """Return a part again.

    Raises
    ------
    zlib.error, UnicodeDecodeError
        It is damaged.
    """
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
