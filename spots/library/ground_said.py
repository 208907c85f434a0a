"""What a run file would say of a ground in memory: its files, their sources, and the hash of each.

Stands apart: `scenario_parts` makes a job of all parts; a ground is several files of three tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from groundfloor.toml import key_name
from spots.job.run_file_shape import IndexFile, OutlineFiles, RunFile, SourceFile
from spots.library.ground import Ground
from spots.types import InputRecord

NO_GROUND = "<ground>"  # how a file of a ground is called that nobody knows
#: Tables of the run file that a ground takes the place of.
GROUND_TABLES = ("municipalities", "medical_areas", "physician_index")


@dataclass(frozen=True, slots=True)
class GroundSaid:
    """What a run file says of a ground.

    Parameters
    ----------
    settings : RunFile
        The job's settings with the ground's files.
    digests : mapping of str to str
        SHA-256 of each file, by its key in the run file.
    """

    settings: RunFile
    digests: Mapping[str, str]


def ground_said(settings: RunFile, ground: Ground) -> GroundSaid:
    """Return settings that name what a ground was read from, in the place of their own.

    Parameters
    ----------
    settings : RunFile
        Of the job.
    ground : Ground
        What it is judged on.
    """
    outlines, areas, index = (
        [record for record in ground.sources if record.role == role]
        for role in ("municipalities", "medical_areas", "index")
    )
    edition = ground.regions.edition
    said = replace(
        settings,
        municipalities=OutlineFiles(
            tuple(r.file for r in outlines) or (NO_GROUND,), source=_source_of(outlines)
        ),
        medical_areas=SourceFile(areas[0].file, source=_source_of(areas)) if areas else None,
        physician_index=None
        if edition is None
        else IndexFile(
            file=index[0].file if index else NO_GROUND,
            edition=edition.name,
            shortage_at_most=edition.shortage_at_most,
            surplus_at_least=edition.surplus_at_least,
            source=_source_of(index),
            national_average=ground.national_average,
        ),
    )
    digests = {
        key_name((table, "file")): _joint_sha256(records)
        for table, records in (("medical_areas", areas), ("physician_index", index))
    }
    return GroundSaid(said, digests | _outline_digests(outlines))


def _outline_digests(records: Sequence[InputRecord]) -> dict[str, str]:
    """Return the hash of every file of outlines, by its key in the run file."""
    several = [(n,) for n in range(len(records))] if len(records) > 1 else [()]
    keys = [key_name(("municipalities", "file", *n)) for n in several]
    return {key: each.sha256 for key, each in zip(keys, records, strict=True)}


def _joint_sha256(records: Sequence[InputRecord]) -> str:
    """Return the hash of one source; of one that is several files, that of their hashes."""
    if len(records) == 1:
        return records[0].sha256
    return hashlib.sha256(" ".join(r.sha256 for r in records).encode()).hexdigest()


def _source_of(records: Sequence[InputRecord]) -> str:
    return records[0].source if records else ""
