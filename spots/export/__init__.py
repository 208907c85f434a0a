"""The layers of a finished run for other programs: Shapefile, FlatGeobuf, GeoJSON and PostGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundfloor.faces import lazily

if TYPE_CHECKING:
    from spots.export.exported import (
        DatabaseError,
        Exported,
        ForeignTableError,
        Format,
        RunRecord,
        read_record,
        read_run,
        record_of,
    )
    from spots.export.layer_files import export_folder, refuse_existing_export

__all__ = [
    "DatabaseError",
    "Exported",
    "ForeignTableError",
    "Format",
    "RunRecord",
    "export_folder",
    "read_record",
    "read_run",
    "record_of",
    "refuse_existing_export",
]

_HOMES = {
    "spots.export.exported": (
        "DatabaseError",
        "Exported",
        "ForeignTableError",
        "Format",
        "RunRecord",
        "read_record",
        "read_run",
        "record_of",
    ),
    "spots.export.layer_files": ("export_folder", "refuse_existing_export"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
