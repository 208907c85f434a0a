"""The layers of a finished run for other programs: Shapefile, FlatGeobuf, GeoJSON and PostGIS."""

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
