"""Writers of the output folder, its reader, and reports for the terminal.

`write_folder` makes the folder, `load_result` reads it back, `summary_table` says in words what a
run found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.outputs.conservation import ConservationError
    from spots.outputs.decided import decided_lines
    from spots.outputs.evidence import FolderError, load_result, read_manifest
    from spots.outputs.folder import Writer, map_writer, write_folder
    from spots.outputs.folder_names import own_files, refuse_existing
    from spots.outputs.summary import summary_json, summary_table

__all__ = [
    "ConservationError",
    "FolderError",
    "Writer",
    "decided_lines",
    "load_result",
    "map_writer",
    "own_files",
    "read_manifest",
    "refuse_existing",
    "summary_json",
    "summary_table",
    "write_folder",
]

_HOMES = {
    "spots.outputs.conservation": ("ConservationError",),
    "spots.outputs.decided": ("decided_lines",),
    "spots.outputs.evidence": ("FolderError", "load_result", "read_manifest"),
    "spots.outputs.folder": ("Writer", "map_writer", "write_folder"),
    "spots.outputs.folder_names": ("own_files", "refuse_existing"),
    "spots.outputs.summary": ("summary_json", "summary_table"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
