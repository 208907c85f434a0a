"""What a file of a folder was recognised as: frozen values, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from spots.types import FacilityType

#: West, south, east and north, degrees in JGD2011 or WGS84 (the two agree within a metre).
Bounds = tuple[float, float, float, float]


class DataKind(StrEnum):
    """What a file is, whatever it is called."""

    OUTLINES = "outlines"  # 行政区域 (N03)
    AREAS = "areas"  # 二次医療圏: A38 or a table
    INDEX = "index"  # 医師偏在指標
    BED_REPORT = "bed_report"  # 病床機能報告
    IRYO_JOHO = "iryo_joho"  # 医療情報ネット
    P04 = "p04"  # 国土数値情報 医療機関
    LIST = "list"  # a colleague's list of institutions
    FORM = "form"  # such a list, not filled in yet
    PLACES = "places"  # districts, islands, points: by name, or by their ground
    ROADS = "roads"  # any that `networks.load` reads
    ROAD_LINES = "road_lines"  # lines without what a network needs
    POPULATION = "population"
    TOWNS = "towns"
    RESULT = "result"  # the folder of an earlier run
    RUN_FILE = "run_file"


@dataclass(frozen=True, slots=True)
class TypeMark:
    """A column of a list that says of each row whether it has a type.

    Parameters
    ----------
    column : str
        Its header, as written.
    yes : tuple of str
        The cells that say so, as written.
    type : FacilityType
        The type.
    list_name : str
        What such a list is called among lists of the same type: ``rotation``, ``kokuji`` …
    """

    column: str
    yes: tuple[str, ...]
    type: FacilityType
    list_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSigns:
    """What the rows of a list of institutions show.

    Parameters
    ----------
    rows : int
        How many there are.
    by_prefecture : mapping of str to int
        Rows of each prefecture, by two digits; rows that do not tell are left out.
    prefecture_column : str
        Header of the column that names it; empty where other cells tell.
    prefecture_words : mapping of str to tuple of str
        How that column writes each prefecture.
    marks : tuple of TypeMark
        Columns that tell types apart.
    typed_rows : frozenset of FacilityType
        Types that a type column (種別) names.
    guessed : FacilityType or None
        Type by the name of the file or sheet; None where nothing, or more than one, is said.
    candidates : bool
        Whether that name says that the rows are candidates (候補) alone.
    positioned : int
        Rows with coordinates.
    addressed : int
        Rows without, but with an address.
    municipalities : tuple of str
        Names as written, of rows that do not tell their prefecture.
    """

    rows: int
    by_prefecture: Mapping[str, int] = field(default_factory=FrozenDict)
    prefecture_column: str = ""
    prefecture_words: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    marks: tuple[TypeMark, ...] = ()
    typed_rows: frozenset[FacilityType] = frozenset()
    guessed: FacilityType | None = None
    candidates: bool = False
    positioned: int = 0
    addressed: int = 0
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundData:
    """A file, a sheet or a part of a zip that was recognised.

    Parameters
    ----------
    path : Path
        The file on the disk; of a part of a zip the zip.
    name : str
        What it is called in every message: the way from the folder, ``/`` between folders.
    kind : DataKind
        What it is.
    member : str
        The part of a zip that must be unpacked before it can be named in a run file; else empty.
    suffix : str
        The ending that readers need, where the file has another: a copy is made that has it.
    layer, sheet : str
        Layer or sheet, where a file has several.
    prefectures : frozenset of str
        Those it is about, two digits; empty where it does not say.
    edition : str
        ``2024-01`` of an index, a day of outlines, empty where nothing tells.
    rows : int
        How many records.
    names : mapping of str to tuple of str
        Municipalities of each prefecture, of outlines and area tables.
    bounds : tuple of float or None
        What ground it covers, of roads and cells.
    signs : ListSigns or None
        Of lists of institutions.
    unit : str
        What places are, where it is told: ``district``, ``island``, ``point`` …
    nodes : Path or None
        The table of places that belongs to a table of links.
    stated_classes : bool
        Whether an index table states the class of its areas.
    """

    path: Path
    name: str
    kind: DataKind
    member: str = ""
    suffix: str = ""
    layer: str = ""
    sheet: str = ""
    prefectures: frozenset[str] = frozenset()
    edition: str = ""
    rows: int = 0
    size: int = 0
    names: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    bounds: Bounds | None = None
    signs: ListSigns | None = None
    unit: str = ""
    nodes: Path | None = None
    stated_classes: bool = False

    @property
    def copied(self) -> bool:
        """Whether a run needs a copy: a part of a zip, or a file under a proper name."""
        return bool(self.member or self.suffix)

    @property
    def shown(self) -> str:
        """Its name with the sheet, layer or part that is meant."""
        part = self.member or self.sheet or self.layer
        return f"{self.name} [{part}]" if part else self.name


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is not used, why, and how many others are not for the same reason."""

    name: str
    why: Text
    more: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a folder.

    Parameters
    ----------
    folder : Path
        The folder.
    found : tuple of FoundData
        What was recognised, by name.
    passed : tuple of PassedOver
        What was not, by name.
    files : int
        How many files there are.
    """

    folder: Path
    found: tuple[FoundData, ...]
    passed: tuple[PassedOver, ...]
    files: int

    def of(self, *kinds: DataKind) -> tuple[FoundData, ...]:
        """Return what is of one of these kinds."""
        return tuple(each for each in self.found if each.kind in kinds)
