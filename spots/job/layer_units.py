"""``[[units]]``: ground of a user's own as units, each in its municipalities and medical areas.

Stands apart: what a layer says of municipalities is held here against the map, as `ground_inputs`
reads every file of a policy of ground.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from boundaries import (
    PREFECTURES,
    GroundUnit,
    Regions,
    designated_city,
    geodesic_distance_m,
    read_ground_units,
)
from boundaries.municipal_ground import Island, MunicipalGround, island_at
from groundfloor.crs import with_rows
from groundfloor.problems import DataError, Problem, Text, error, note, warning
from spots.job.entry_lists import entry_of
from spots.job.run_file_shape import UnitLayer
from spots.judging.selecting.unit_sources import areas_of, names_of
from spots.types import Position
from spots.types.ground_units import Unit, UnitKind

_NEAR_M = 500.0  # a point in a harbour, or on the coast of a coarser outline
_SEVERAL = re.compile(r"[・、,，/／\n]|及び|および|並びに")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Doubt:
    """What is doubtful about where a unit lies; told once of all that share it."""

    message: Text
    unknown_town: bool = False
    elsewhere: bool = False

    def about(self, units: Sequence[GroundUnit], label: str) -> Problem:
        """Return the warning about units of a file."""
        if self.unknown_town:
            return _told("unit-municipality-unknown", self.message, _NEW_NAME, units, label)
        if self.elsewhere:
            return _told("unit-elsewhere", self.message, _MEND_TOWN, units, label)
        return _told("unit-without-place", self.message, _MEND_PLACE, units, label)


class LayerReader:
    """Reads layers of units against one map.

    Parameters
    ----------
    regions : Regions
        The map.
    tolerance_m : float
        How far a point may lie from the municipality that it states.
    """

    def __init__(self, regions: Regions, tolerance_m: float) -> None:
        self.regions = regions
        self.tolerance_m = tolerance_m

    @cached_property
    def _ground(self) -> MunicipalGround:
        return MunicipalGround(self.regions)

    @cached_property
    def _islands(self) -> tuple[Island, ...]:
        return self._ground.islands(self.regions.prefecture_code)

    def read(
        self, layer: UnitLayer, path: Path, label: str
    ) -> tuple[tuple[Unit, ...], list[Problem]]:
        """Return the units of a layer that lie in the policy's prefecture, in its order.

        Raises
        ------
        MissingFileError, DataError, CrsError
            See `boundaries.ground_units.read_ground_units`; or no unit lies in the prefecture.
        """
        found, problems = read_ground_units(
            path,
            holders=self._holders,
            label=label,
            layer=layer.layer,
            sheet=layer.sheet,
            encoding=layer.encoding,
            columns=layer.columns,
            points=layer.unit in {UnitKind.POINT, UnitKind.ISLAND},
            placeless=layer.unit is UnitKind.ISLAND,
            former=layer.unit is UnitKind.FORMER_MUNICIPALITY,
        )
        mine = [unit for unit in found if not self._elsewhere(unit)]
        told = list(problems)
        if not mine:
            raise DataError([*told, _none_here(label)])
        if len(mine) < len(found):
            told.append(_left_out([u for u in found if u not in mine], label))
        units: list[Unit] = []
        doubts: dict[_Doubt, list[GroundUnit]] = {}
        for unit in mine:
            made, doubt = self._unit(unit, layer, label)
            units.append(made)
            if doubt is not None:
                doubts.setdefault(doubt, []).append(unit)
        told += [doubt.about(several, label) for doubt, several in doubts.items()]
        several = [u for u, m in zip(mine, units, strict=True) if len(m.municipality_codes) > 1]
        if several:
            told.append(_in_several(several, label))
        return tuple(units), told

    # --- where a unit is

    def _holders(self, shape: BaseGeometry) -> tuple[str, ...]:
        if not isinstance(shape, Point):
            return self._ground.codes_of(shape)
        code, _ = self.regions.nearest(shape.x, shape.y, within_m=_NEAR_M)
        return (code,) if code else ()

    def _elsewhere(self, unit: GroundUnit) -> bool:
        """Whether a unit is surely of another prefecture: by its ground, unless it says not."""
        home, says = self.regions.prefecture_code, self._prefecture(unit)
        if unit.codes:
            return says != home and self._abroad(unit.codes)
        return says not in {"", home}

    def _abroad(self, codes: Sequence[str]) -> bool:
        return all(code[:2] != self.regions.prefecture_code for code in codes)

    def _prefecture(self, unit: GroundUnit) -> str:
        """Return the prefecture that a unit states; of a name that its ground has too, nothing."""
        listed = unit.listed
        if stated := listed.municipality_code[:2] or listed.prefecture_code:
            return stated
        named = {m.code for m in self.regions.namesakes(listed.municipality)}
        found = {code[:2] for code in named} if not named & set(unit.codes) else set()
        return found.pop() if len(found) == 1 else ""

    def _unit(self, unit: GroundUnit, layer: UnitLayer, label: str) -> tuple[Unit, _Doubt | None]:
        geometry, codes, name = unit.geometry, unit.codes, unit.listed.name
        why: Text | None = None
        if layer.unit is UnitKind.ISLAND and geometry is None:
            island, why = self._island(unit)
            if island is not None:
                geometry, codes = island.geometry, island.codes
        stated, unknown = self._stated(unit, layer.unit)
        doubt = _unknown_town(unknown) if unknown else None
        astray = self._astray(unit, stated, codes, layer.unit)
        if astray is not None:
            why, doubt = astray, _Doubt(astray, elsewhere=True)
        elif stated:
            codes = stated
        home = tuple(c for c in codes if c[:2] == self.regions.prefecture_code) or codes
        why = why if home or why is not None else _NOWHERE
        doubt = _Doubt(why) if why is not None and doubt is None else doubt
        made = Unit(
            id=f"{layer.name}:{unit.id}",
            kind=layer.unit,
            name=name,
            code=unit.id,
            municipality_codes=tuple(sorted(home)),
            municipality=names_of(self.regions, home) or unit.listed.municipality,
            area_codes=areas_of(self.regions, home),
            geometry=geometry,
            position=Position(*unit.point, source=label) if unit.point is not None else None,
            layer=layer.name,
            entry=entry_of(unit.listed, self.regions, label),
            problem=why,
        )
        return made, doubt

    def _astray(
        self, unit: GroundUnit, stated: Sequence[str], codes: Sequence[str], kind: UnitKind
    ) -> Text | None:
        """Return that a unit is not where it states to be; None where it is, or states nothing."""
        said, found = names_of(self.regions, stated), names_of(self.regions, codes)
        if stated and codes:
            return None if self._agree(stated, codes, unit.point) else _elsewhere_words(said, found)
        if stated:
            return _beyond_words(said) if self._far_from(stated, unit, kind) else None
        if codes and self._abroad(codes):  # it is here because it says that it is
            return _elsewhere_words(PREFECTURES[self.regions.prefecture_code], found)
        return None

    def _stated(self, unit: GroundUnit, kind: UnitKind) -> tuple[tuple[str, ...], str]:
        """Return the municipalities that a unit states, and what names none on the map."""
        listed = unit.listed
        if listed.municipality_code:
            rows = self._rows_of(listed.municipality_code)
            # Of a former municipality the code may be its own of then.
            known = bool(rows) or kind is UnitKind.FORMER_MUNICIPALITY
            return rows, "" if known else listed.municipality_code
        codes: list[str] = []
        for name in filter(None, map(str.strip, _SEVERAL.split(listed.municipality))):
            prefecture = listed.prefecture_code or self.regions.prefecture_code
            named = self.regions.namesakes(name, prefecture)
            rows = (named[0].code,) if len(named) == 1 else self._wards_of(name)
            if not rows:
                return (), listed.municipality
            codes += rows
        return tuple(dict.fromkeys(codes)), ""

    def _rows_of(self, code: str) -> tuple[str, ...]:
        key = self.regions.resolve(code)
        if key is not None:
            return (key,)
        city = designated_city(code)
        return self._wards_of(city[1]) if city is not None and city[0] == code else ()

    def _wards_of(self, name: str) -> tuple[str, ...]:
        """Return the wards of a designated city that are apart on the map."""
        return tuple(
            str(code)
            for code in self.regions.municipalities.index
            if (city := designated_city(str(code))) is not None and city[1] == name
        )

    def _agree(
        self,
        stated: Sequence[str],
        codes: Sequence[str],
        point: tuple[float, float] | None,
    ) -> bool:
        """Whether most of a unit, or its point but for a little, is where it says."""
        if codes[0] in stated:
            return True
        if point is None:
            return False
        return any(self.regions.distance_m(c, *point) <= self.tolerance_m for c in stated)

    def _far_from(self, stated: Sequence[str], unit: GroundUnit, kind: UnitKind) -> bool:
        """Whether a unit that is on no land of the map is not near where it says."""
        at = unit.point
        if at is None and unit.geometry is not None and kind is not UnitKind.ISLAND:
            inside = unit.geometry.representative_point()
            at = inside.x, inside.y
        return at is not None and not self._agree(stated, ("",), at)

    # --- islands by name

    def _island(self, unit: GroundUnit) -> tuple[Island | None, Text | None]:
        """Return the island that a row names, by its point or as the only one of a municipality."""
        if unit.point is not None:
            found = island_at(self._islands, *unit.point) or self._near(unit.point)
            return found, None if found is not None else _ON_THE_MAIN_LAND
        stated, _ = self._stated(unit, UnitKind.ISLAND)
        mine = [i for i in self._islands if set(i.codes) & set(stated)]
        if len(mine) == 1:
            return mine[0], None
        if not mine:
            return None, _NO_ISLAND
        return None, Text(
            f"市町村に離島が{len(mine)}あり、どれのことか分かりません",
            f"its municipality has {len(mine)} islands, and which is meant is not known",
        )

    def _near(self, point: tuple[float, float]) -> Island | None:
        """Return the island off whose coast a point lies, unless it lies on other land."""
        if self.regions.locate(*point) is not None:
            return None
        away = ((geodesic_distance_m(i.geometry, *point), n) for n, i in enumerate(self._islands))
        metres, at = min(away, default=(math.inf, 0))
        return self._islands[at] if metres <= _NEAR_M else None


# --- what is told

_MEND_TOWN = Text(
    "判定不能とします。市町村の名称・コードか、区域の図形を直してください",
    "left undetermined: mend the municipality, or the ground",
)
_NEW_NAME = Text(
    "合併などで変わったものは今の市町村の名称・コードに直してください",
    "write today's name or code of what has merged",
)
_MEND_PLACE = Text(
    "判定不能とします。緯度・経度か図形、市町村を確かめてください",
    "left undetermined: check its position or ground, and its municipality",
)
_NOWHERE = Text("地図上のどの市町村にも入りません", "lies in no municipality of the map")
_ON_THE_MAIN_LAND = Text(
    "地点が都道府県の本土にあるか、地図にない島です",
    "its point is on the main land, or on an island that the map lacks",
)
_NO_ISLAND = Text(
    "市町村に離島がないか、市町村が書かれていません",
    "its municipality has no island, or it states none",
)


def _elsewhere_words(stated: str, found: str) -> Text:
    return Text(
        f"{stated}と書かれていますが、地図上では{found}にあります",
        f"states {stated} but lies in {found} on the map",
    )


def _beyond_words(stated: str) -> Text:
    return Text(
        f"{stated}と書かれていますが、地図上のどの市町村からも離れています",
        f"states {stated} but lies away from every municipality of the map",
    )


def _unknown_town(town: str) -> _Doubt:
    message = Text(
        f"市町村「{town}」が地図にありません（図形の位置によります）",
        f"municipality {town} is not on the map; where the ground lies counts",
    )
    return _Doubt(message, unknown_town=True)


def _told(
    code: str, message: Text, remedy: Text, units: Sequence[GroundUnit], label: str
) -> Problem:
    return warning(
        code,
        with_rows(message.ja, message.en, [u.rows[0] for u in units]),
        remedy,
        file=label,
        row=units[0].rows[0],
        value=_some_names(units),
    )


def _some_names(units: Sequence[GroundUnit]) -> str:
    shown = "、".join(unit.listed.name for unit in units[:_SHOWN])
    return shown + ("…" if len(units) > _SHOWN else "")


def _in_several(units: Sequence[GroundUnit], label: str) -> Problem:
    return note(
        "unit-in-several",
        with_rows(
            "二つ以上の市町村にわたる区域です",
            "units that lie in several municipalities",
            [u.rows[0] for u in units],
        ),
        Text(
            "一つの市町村のものであれば市町村の列に書いてください",
            "state the municipality in a column where it is of one",
        ),
        file=label,
        row=units[0].rows[0],
        value=_some_names(units),
    )


def _left_out(units: Sequence[GroundUnit], label: str) -> Problem:
    prefectures = sorted({code[:2] for u in units for code in u.codes if code[:2] in PREFECTURES})
    return note(
        "units-of-elsewhere",
        Text(
            f"ほかの都道府県の区域{len(units)}件は使いません",
            f"{len(units)} units of other prefectures are not used",
        ),
        Text("対応は不要です", "nothing to do"),
        file=label,
        row=units[0].rows[0],
        value="、".join(PREFECTURES[code] for code in prefectures[:_SHOWN]) or None,
    )


def _none_here(label: str) -> Problem:
    return error(
        "no-unit-here",
        Text("都道府県内の区域が一つもありません", "no unit of it lies in the prefecture"),
        Text("この都道府県のファイルを指定してください", "give the file of this prefecture"),
        file=label,
    )
