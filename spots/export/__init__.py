"""The layers of a finished run for other programs: Shapefile, FlatGeobuf, GeoJSON and PostGIS."""

from spots.export.folder import export_folder, refuse_existing_export
from spots.export.model import DatabaseError, Exported, ForeignTableError, Format
from spots.export.run import RunRecord, read_record, read_run

__all__ = [
    "DatabaseError",
    "Exported",
    "ForeignTableError",
    "Format",
    "RunRecord",
    "export_folder",
    "read_record",
    "read_run",
    "refuse_existing_export",
]
