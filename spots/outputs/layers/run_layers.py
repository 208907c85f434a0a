"""All layers of a run, in the order in which writers write them."""

from __future__ import annotations

from collections.abc import Callable

from groundfloor.problems import Lang
from spots.outputs.conservation import check_ids
from spots.outputs.layers import facility_layers as of_facilities
from spots.outputs.layers import ground_layers as of_ground
from spots.outputs.layers import spot_layers as of_spots
from spots.outputs.layers.layer_table import LayerTable
from spots.types import RunResult

#: Every layer there is; those that give None are left out.
_LAYERS: tuple[Callable[[RunResult, Lang], LayerTable | None], ...] = (
    of_spots.spots,
    of_spots.dissolved,
    of_spots.circles,
    of_facilities.facilities,
    of_facilities.routes,
    of_ground.municipalities,
    of_ground.medical_areas,
    of_facilities.nearest_routes,
    of_ground.closures,
    of_ground.main_roads,
    of_ground.catchments,
    of_ground.catchments_dissolved,
    of_ground.population,
)


def layer_tables(result: RunResult, lang: Lang) -> tuple[LayerTable, ...]:
    """Return the layers of a run.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Language of reasons and other sentences in the rows; titles and aliases have both.

    Returns
    -------
    tuple of LayerTable
        Always those of spots, facilities, routes and boundaries; the nearest three, closed roads,
        main roads, catchments and population where the run has them.

    Raises
    ------
    ConservationError
        When facilities would be lost; a defect of the tool.
    """
    made = (layer(result, lang) for layer in _LAYERS)
    tables = tuple(table for table in made if table is not None)
    for table in tables:
        if table.name == "facilities":
            ids = table.column([field.name for field in table.fields].index("facility_id"))
            check_ids(result, [str(cell) for cell in ids], table.name)
    return tables
