"""The digest of a job before it is run: whether a result of it is there already.

Stands apart: it reads the inputs as bytes alone, whatever they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from groundfloor.disk import FileState, file_state, sha256_of
from groundfloor.problems import Lang
from groundfloor.toml import key_name
from groundfloor.vector_files import file_parts
from spots.job.named_files import BACKGROUND, LISTS, named_files
from spots.job.run_file import Job
from spots.outputs.manifest import library_versions
from spots.outputs.run_digest import HashedInput, hashed_input, run_digest, tool_digest

_ROADS = "network"


def _installed_now() -> str:
    return tool_digest(library_versions())


@dataclass(slots=True)
class FileHashes:
    """SHA-256 of files, of each once while it is not written to: jobs of a batch share most.

    Parameters
    ----------
    made_by : str
        From `spots.outputs.run_digest.tool_digest`, when the process began: whatever is installed
        meanwhile, it goes on with what it has loaded.
    """

    made_by: str = field(default_factory=_installed_now)
    _known: dict[tuple[Path, FileState], str] = field(default_factory=dict)

    def of(self, path: Path) -> str:
        """Return the SHA-256 of a file.

        Raises
        ------
        OSError
            It cannot be read.
        """
        key = (path, file_state(path))
        if key not in self._known:
            self._known[key] = sha256_of(path)
        return self._known[key]

    def with_tool_now(self) -> FileHashes:
        """Return the same hashes with what is installed now."""
        return replace(self, made_by=_installed_now())


def job_digest(job: Job, lang: Lang, hashes: FileHashes) -> str:
    """Return what ``run.json`` of the job's result will have as its digest.

    Parameters
    ----------
    job : Job
        The checked job.
    lang : Lang
        Of its outputs.
    hashes : FileHashes
        Of the files that were looked at before.

    Returns
    -------
    str
        Empty where an input cannot be read; whoever runs the job says why.
    """
    try:
        inputs = tuple(_inputs(job, hashes))
    except OSError:
        return ""
    return run_digest(job.resolved(), inputs, lang, hashes.made_by)


def _inputs(job: Job, hashes: FileHashes) -> Iterator[HashedInput]:
    """Yield every file that a run will name among its inputs."""
    for n, spec in enumerate(job.layers):
        yield from _parts(key_name((LISTS, n, "file")), spec.shown, spec.path, hashes)
    for key, file in named_files(asdict(job.settings)):
        unused = key[0] == _ROADS and not job.needs_roads
        if key[0] != LISTS and key != BACKGROUND and not unused:
            yield from _parts(key_name(key), file, job.path(file), hashes)


def _parts(key: str, file: str, path: Path, hashes: FileHashes) -> Iterator[HashedInput]:
    for part in file_parts(path):
        yield hashed_input(key, file if part == path else part.name, hashes.of(part))
