"""The nouns of a run file's job: its facilities and its ground as the library has them.

Stands apart: a scenario of parts has its nouns; that of a run file makes them when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely import Point

from boundaries.types import IndexEdition
from groundfloor.crs import JGD2011
from spots.facilities import RawFacility
from spots.job.at_hand import FoundRegions
from spots.job.run_file import Job
from spots.library.facility_frames import facility_frame
from spots.library.facility_merging import merged_frame
from spots.library.facility_rows import given_lists
from spots.library.ground import Ground, GroundSources
from spots.types import Facility, InputRecord


def facilities_of(
    job: Job, rows: Sequence[RawFacility], facilities: Sequence[Facility]
) -> gpd.GeoDataFrame:
    """Return the facilities of a job as `spots.merge_facilities` gives them.

    Parameters
    ----------
    job : Job
        The job, which names its lists.
    rows : sequence of RawFacility
        Of all its lists.
    facilities : sequence of Facility
        What they were merged into; their ids are the labels.
    """
    names = {spec.name: name for spec, name in zip(job.layers, job.lists, strict=True)}
    listed = [
        replace(raw, layer=replace(raw.layer, list_name=names[raw.layer.name])) for raw in rows
    ]
    at = [Point(p.lon, p.lat) if (p := raw.position) is not None else None for raw in rows]
    frame = facility_frame(listed, gpd.GeoSeries(at, crs=JGD2011, name="geometry"))
    return merged_frame(facilities, given_lists(frame), [frame])


def joined(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return frames below each other, in the CRS of the first; a copy of one alone."""
    first, *others = frames
    if not others:
        return first.copy()
    return gpd.GeoDataFrame(pd.concat([first, *(each.to_crs(first.crs) for each in others)]))


def ground_of(job: Job, read: FoundRegions, records: Sequence[InputRecord]) -> Ground:
    """Return the ground of a run file's job.

    Parameters
    ----------
    job : Job
        The job.
    read : (Regions, list of Problem)
        What was read, and what was found in reading it.
    records : sequence of InputRecord
        Of all inputs of the job.
    """
    regions, found = read
    settings = job.settings
    areas, index = settings.medical_areas, settings.physician_index
    return Ground(
        regions=regions,
        found_problems=tuple(found),
        sources=tuple(r for r in records if r.role in {"municipalities", "medical_areas", "index"}),
        read_from=GroundSources(
            municipalities=tuple(job.path(file) for file in settings.municipalities.file),
            areas=job.path(areas.file) if areas else None,
            index=job.path(index.file) if index else None,
            layer=settings.municipalities.layer,
            areas_layer=areas.layer if areas else None,
            edition=IndexEdition(index.edition, index.shortage_at_most, index.surplus_at_least)
            if index
            else None,
        ),
        merge_wards=job.policy.scope.merge_wards,
        national_average=index.national_average if index else None,
    )
