"""Many jobs, or one job with many lists; one that fails harms no other."""

from spots.batch.model import BatchItem, BatchOutcome, Tally
from spots.batch.planning import folder_name, plan
from spots.batch.report import batch_csv, batch_json, batch_table
from spots.batch.running import run_batch

__all__ = [
    "BatchItem",
    "BatchOutcome",
    "Tally",
    "batch_csv",
    "batch_json",
    "batch_table",
    "folder_name",
    "plan",
    "run_batch",
]
