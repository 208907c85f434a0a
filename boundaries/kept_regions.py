"""Regions as bytes and back, with the prefecture's land joined already.

Stands apart: what answers "where is this?" need not know that it may come from a disk.
"""

from __future__ import annotations

from boundaries.regions import Regions
from boundaries.types import AreaIndex, IndexEdition, MedicalArea
from groundfloor.kept_forms import (
    packed_plain,
    packed_shapes,
    packed_table,
    unpacked_plain,
    unpacked_shapes,
    unpacked_table,
)
from groundfloor.kept_on_disk import Form, framed, unframed
from groundfloor.problems import Problem

BuiltRegions = tuple[Regions, tuple[Problem, ...]]
_Plain = tuple[
    str,
    IndexEdition | None,
    tuple[MedicalArea, ...],
    tuple[AreaIndex, ...],
    tuple[Problem, ...],
]


def _pack(found: BuiltRegions) -> bytes:
    regions, problems = found
    plain = (
        regions.prefecture_code,
        regions.edition,
        regions.medical_areas,
        regions.unmapped,
        problems,
    )
    return framed(
        [
            packed_plain(plain),
            packed_table(regions.municipalities),
            packed_table(regions.areas),
            packed_shapes([regions.prefecture_land()]),
        ]
    )


def _unpack(data: bytes) -> BuiltRegions:
    plain, towns, areas, land = unframed(data)
    code, edition, medical, unmapped, problems = unpacked_plain(plain, _Plain)
    regions = Regions(
        municipalities=unpacked_table(towns),
        areas=unpacked_table(areas),
        prefecture_code=code,
        edition=edition,
        medical_areas=medical,
        unmapped=unmapped,
        _lands={code: unpacked_shapes(land)[0]},
    )
    return regions, problems


#: Regions with what was found while they were put together.
REGIONS: Form[BuiltRegions] = Form(_pack, _unpack)
