"""`Explanation`: why a facility is, or is not, a spot, or a unit of ground in a result."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from groundfloor.problems import Lang, one_line
from spots.explaining import (
    FacilityExplanation,
    UnitExplanation,
    explain,
    explanation_json,
    explanation_text,
    ways_geojson,
)
from spots.outputs import load_result

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

_BETWEEN = "\n\n"  # blocks of the text
_WRAPPED = ' style="margin: 0 0 1em; white-space: pre-wrap"'
_MOST = 300  # characters of a repr


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Everything that led to a state, and what would turn it; ``print`` it to read it.

    Parameters
    ----------
    found : FacilityExplanation or UnitExplanation
        What there is to say.
    lang : Lang
        Language of its sentences.
    """

    found: FacilityExplanation | UnitExplanation
    lang: Lang = Lang.JA

    @property
    def text(self) -> str:
        """The explanation in lines, as ``spots explain`` prints it."""
        return explanation_text(self.found, self.lang)

    def to_dict(self) -> dict[str, object]:
        """Return the same as JSON-able data, as ``spots explain --json`` prints it."""
        return explanation_json(self.found, self.lang)

    def ways_geojson(self) -> str:
        """Return the ways to the nearest hospitals as GeoJSON, as ``--routes`` writes them.

        Raises
        ------
        UsageError
            It is about a unit of ground, from which no way leads.
        """
        return ways_geojson(self.found, self.lang)

    @property
    def ways(self) -> gpd.GeoDataFrame:
        """The ways to the nearest other hospitals, nearest first.

        Returns
        -------
        GeoDataFrame
            RangeIndex; LineStrings in EPSG:6668; ``criterion``, ``rank`` (Int64),
            ``hospital_id``, ``hospital_name``, ``travel_ms`` (Int64), ``minutes`` (Float64),
            ``length_m`` and others. No rows where no hospital is reached, and of a unit.
        """
        from spots.library.made_frames import ways_frame  # noqa: PLC0415 - pandas is slow

        return ways_frame(self.found, self.lang)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        who, state, *_ = [*self.text.splitlines(), ""]
        return one_line(f"<Explanation of {who}, {state}>", _MOST)

    def _repr_html_(self) -> str:
        return f"<div>{''.join(map(_block, self.text.split(_BETWEEN)))}</div>"


def _block(text: str) -> str:
    """Return a block of the text as HTML: its heading, and its lines as they are aligned."""
    heading, _, lines = text.partition("\n")
    return f"<strong>{escape(heading)}</strong><pre{_WRAPPED}>{escape(lines)}</pre>"


def explained(folder: Path, query: str, lang: Lang) -> Explanation:
    """Return what there is to say of a facility or unit of a finished run, of its evidence alone.

    The same as ``read_result(folder, lang=lang).explain(query)``, without what frames need.

    Parameters
    ----------
    folder : Path
        An output folder.
    query : str
        As for `spots.library.result.Result.explain`.
    lang : Lang
        Language of the sentences.

    Raises
    ------
    FolderError
        The folder is missing, incomplete, changed by hand, or of another format.
    UsageError
        Nothing fits, or more than one; the candidates are in the message.
    """
    return Explanation(explain(load_result(folder), query), lang)
