"""The nouns of a run file's job: its facilities and its ground as the library has them.

Stands apart: a scenario of parts has its nouns; that of a run file makes them when asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from boundaries.types import IndexEdition
from groundfloor.crs import JGD2011
from spots.facilities import RawFacility
from spots.job.at_hand import FoundRegions
from spots.job.run_file import Job
from spots.library.facility_frames import facility_frame
from spots.library.ground import Ground, GroundSources
from spots.types import Facility, InputRecord


def facilities_of(rows: Sequence[RawFacility], facilities: Sequence[Facility]) -> gpd.GeoDataFrame:
    """Return rows of lists as `spots.read_facilities` gives them, on ids of their facilities.

    Parameters
    ----------
    rows : sequence of RawFacility
        Of all lists.
    facilities : sequence of Facility
        What they were merged into.
    """
    ids = {row: facility.id for facility in facilities for row in facility.rows}
    lon = [raw.position.lon if raw.position else None for raw in rows]
    lat = [raw.position.lat if raw.position else None for raw in rows]
    index = pd.Index([ids[raw.row] for raw in rows], name="facility_id")
    points = gpd.GeoSeries.from_xy(lon, lat, index=index, crs=JGD2011)
    return facility_frame(rows, points.where(points.x.notna(), None))


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
            municipalities=job.path(settings.municipalities.file),
            areas=job.path(areas.file) if areas else None,
            index=job.path(index.file) if index else None,
            layer=settings.municipalities.layer,
            edition=IndexEdition(index.edition, index.shortage_at_most, index.surplus_at_least)
            if index
            else None,
        ),
        merge_wards=job.policy.scope.merge_wards,
        national_average=index.national_average if index else None,
    )
