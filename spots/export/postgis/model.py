"""What was written to a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a database got.

    Parameters
    ----------
    run_id : str
        Under which the rows stand.
    database : str
        Where, without the password.
    schema : str
        Schema of the tables.
    replaced : bool
        Whether the run was there before.
    rows : tuple of (str, int)
        Layers, and how many rows each got.
    """

    run_id: str
    database: str
    schema: str
    replaced: bool
    rows: tuple[tuple[str, int], ...]
