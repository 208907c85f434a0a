"""What the tests of facility lists share: small lists on disk and a small map."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from boundaries.types import AreaClass, MedicalArea, Municipality
from groundfloor.problems import Problem
from spots.facilities import LayerSpec

ROWS = (
    "医療機関名,所在地,緯度,経度\n"
    "そよう病院,熊本県上益城郡山都町滝上476-2,32.685331,131.150494\n"
    "小国公立病院,熊本県阿蘇郡小国町宮原1743,33.121672,131.065849\n"
)


def write(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    """Write a list and return its path."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def spec(path: Path, **options: object) -> LayerSpec:
    """Return a layer for a file."""
    given = {"path": path, "shown": path.name, "name": path.stem, **options}
    return LayerSpec(**given)  # type: ignore[arg-type]


def codes(problems: Iterable[Problem]) -> list[str]:
    """Return the codes of problems in order."""
    return [p.code for p in problems]


def only(problems: Iterable[Problem], code: str) -> Problem:
    """Return the one problem of that code."""
    (found,) = [p for p in problems if p.code == code]
    return found


class FlatMap:
    """Two square municipalities side by side, a degree each, on a map of 熊本県.

    上町 (43201) spans 130 to 131 east, 下町 (43202) 131 to 132, both 32 to 33 north.
    """

    names: ClassVar = {"43201": "上町", "43202": "下町"}
    west: ClassVar = {"43201": 130.0, "43202": 131.0}
    metres_per_degree = 100_000.0

    def municipality(self, code: str) -> Municipality | None:
        name = self.names.get(code)
        return Municipality(code, name, "43", "熊本県", "4301") if name else None

    def area_of(self, code: str) -> MedicalArea | None:
        return (
            MedicalArea("4301", "上下", 170.0, AreaClass.SHORTAGE) if code in self.names else None
        )

    def locate(self, lon: float, lat: float) -> str | None:
        return next((c for c in self.names if self.distance_m(c, lon, lat) == 0), None)

    def has_ground(self, code: str) -> bool:
        """Whether a code is on the map."""
        return self.municipality(code) is not None

    def areas_of(self, code: str) -> tuple[MedicalArea, ...]:
        """Return the area of a municipality on the map."""
        return (found,) if (found := self.area_of(code)) else ()

    def city_in_wards(self, _text: str, _prefecture_code: str | None = None, /) -> str | None:
        """Return nothing: the map has no city that is only wards."""
        return None

    def distance_m(self, code: str, lon: float, lat: float) -> float:
        west = self.west[code]
        dx = max(west - lon, lon - west - 1, 0.0)
        dy = max(32 - lat, lat - 33, 0.0)
        return (dx**2 + dy**2) ** 0.5 * self.metres_per_degree

    def nearest(self, lon: float, lat: float, *, within_m: float) -> tuple[str, float]:
        metres, code = min((self.distance_m(c, lon, lat), c) for c in self.names)
        return (code, metres) if metres <= within_m else ("", math.inf)

    def find(self, name: str, prefecture_code: str | None = None) -> Municipality | None:
        if prefecture_code not in {None, "43"}:
            return None
        return next((self.municipality(c) for c, n in self.names.items() if n == name), None)

    def namesakes(self, name: str, prefecture_code: str | None = None) -> tuple[Municipality, ...]:
        found = self.find(name, prefecture_code)
        return (found,) if found else ()

    def from_address(self, address: str, prefecture_code: str | None = None) -> str | None:
        bare = address.removeprefix("熊本県")
        if prefecture_code not in {None, "43"}:
            return None
        return next((c for c, n in self.names.items() if bare.startswith(n)), None)
