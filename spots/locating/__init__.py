"""Which institutions of a list lie inside a spot or a 少数区域, and how far from the edge."""

from spots.locating.answering import TOLERANCE_M, locate, locate_file
from spots.locating.model import Basis, Doubt, Located, SpotDistance, Standing
from spots.locating.report import locate_json, locate_table

__all__ = [
    "TOLERANCE_M",
    "Basis",
    "Doubt",
    "Located",
    "SpotDistance",
    "Standing",
    "locate",
    "locate_file",
    "locate_json",
    "locate_table",
]
