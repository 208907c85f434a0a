"""What can go wrong when a result folder is written or read back."""

from __future__ import annotations

from groundfloor.problems import DataError, SpotsError


class FolderError(DataError):
    """A folder is not a complete result of this tool, or was written by another version."""


class ConservationError(SpotsError, RuntimeError):
    """Facilities were lost, doubled or reordered between input and output: a defect of the tool."""
