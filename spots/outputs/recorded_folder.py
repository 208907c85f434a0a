"""Folders whose record names every file in them, so that they can be replaced and nobody else's.

What is in a file is the subject of its own room; here files become a folder, all or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundfloor.codec import readable_json
from groundfloor.disk import WrittenFile, as_bytes, refuse_foreign, whole_folder, written_files
from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang
from spots.outputs.manifest import file_entry, library_versions, lists_files


@dataclass(frozen=True, slots=True)
class RecordedFolder:
    """A kind of output folder.

    Parameters
    ----------
    kind : str
        What its record calls it (``"shortage-spots/scenarios"``).
    record : str
        Name of the record, a JSON file in it.
    """

    kind: str
    record: str

    def refuse(self, out: Path, *, force: bool) -> None:
        """Refuse a target that must not be replaced, before the work is done.

        Parameters
        ----------
        out : Path
            The folder to make.
        force : bool
            Replace it when it is empty or an earlier folder of this kind.

        Raises
        ------
        OutputExistsError
            When `out` exists and `force` is not given.
        ForeignFolderError
            When it holds what this tool did not write.
        """
        refuse_foreign(out, self.ours, force=force)

    def write(
        self,
        out: Path,
        contents: Mapping[str, str | bytes],
        facts: Mapping[str, Any],
        *,
        lang: Lang,
        force: bool,
    ) -> tuple[WrittenFile, ...]:
        """Write the whole folder, or nothing.

        Parameters
        ----------
        out : Path
            The folder to make.
        contents : mapping of str to str or bytes
            Its files by name, text in UTF-8.
        facts : mapping of str to JSON-able data
            What the record says beside tool, time, language, versions and files.
        lang : Lang
            Language of words in it.
        force : bool
            As for `refuse`.

        Returns
        -------
        tuple of WrittenFile
            Every file in the folder, by name.

        Raises
        ------
        OutputExistsError, ForeignFolderError
            As for `refuse`.
        OutputError
            When it cannot be written.
        """
        with whole_folder(out, self.ours, force=force) as aside:
            for name, content in contents.items():
                (aside / name).write_bytes(as_bytes(content))
            page = {
                "tool": {"name": TOOL, "version": tool_version(), "kind": self.kind, "format": 1},
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "lang": lang.value,
                "versions": library_versions(),
                **facts,
                "files": [file_entry(f) for f in written_files(aside)],
            }
            (aside / self.record).write_bytes(readable_json(page, as_given=True).encode())
            return written_files(aside)

    def ours(self, out: Path) -> list[str]:
        """Return the names in a folder that an earlier one of this kind has; empty for another."""
        try:
            page = json.loads((out / self.record).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return []
        if not lists_files(page) or page["tool"].get("kind") != self.kind:
            return []
        return [*(str(entry["name"]) for entry in page["files"]), self.record]
