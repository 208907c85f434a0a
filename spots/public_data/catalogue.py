"""Which published files a prefecture needs: its own, its neighbours', the roads beyond the border.

Addresses, names and sizes are those that public code and pages stated in 2026. A size that nobody
stated is not guessed: it is None, and the note says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from boundaries.codes import (
    PREFECTURES,
    ROMAN_NAMES,
    adjacent_prefectures,
    require_prefecture,
)
from groundfloor.problems import Problem, Text, UsageError, error
from spots.public_data.datasets import DATASETS, Dataset
from spots.public_data.first_meshes import FIRST_MESHES

_NOT_KNOWN = Text("サイズ未確認", "size not known")
_KSJ = "https://nlftp.mlit.go.jp/ksj/gml/data"
_GEOFABRIK = "https://download.geofabrik.de/asia/japan"
_MHLW = "https://www.mhlw.go.jp/content"
_ISJ = "https://nlftp.mlit.go.jp/isj/dls/data"
_ESTAT = "https://www.e-stat.go.jp/gis/statmap-search/data"

# fmt: off
#: Geofabrik's extracts of Japan, with prefectures by number: 三重県 in kansai, 沖縄県 in kyushu.
_REGIONS = MappingProxyType({
    "hokkaido": ((1,), Text("北海道", "Hokkaido")),
    "tohoku": (range(2, 8), Text("東北", "Tohoku")),
    "kanto": (range(8, 15), Text("関東", "Kanto")),
    "chubu": (range(15, 24), Text("中部", "Chubu")),
    "kansai": (range(24, 31), Text("近畿", "Kansai")),
    "chugoku": (range(31, 36), Text("中国", "Chugoku")),
    "shikoku": (range(36, 40), Text("四国", "Shikoku")),
    "kyushu": (range(40, 48), Text("九州・沖縄", "Kyushu and Okinawa")),
})
# fmt: on
# Sizes of single files that public code noted down in 2026.
_SIZES = MappingProxyType(
    {
        "N03-20260101_13_GML.zip": 13_153_227,
        "N03-20260101_14_GML.zip": 5_370_610,
        "P04-20_26_GML.zip": 730_337,
        "01-1_hospital_facility_info_20250601.zip": 752_985,
    }
)
# Extracts grow from day to day: an order of magnitude, and when it was noted.
_EXTRACT_NOTES = MappingProxyType(
    {
        "kyushu": Text("約315 MB（2026年9月）", "some 315 MB (September 2026)"),
        "kanto": Text("約500 MB（公開コードの記載）", "some 500 MB (as public code says)"),
    }
)


@dataclass(frozen=True, slots=True)
class Download:
    """One file to have.

    Parameters
    ----------
    dataset : Dataset
        What it is of.
    prefecture : str
        Two digits, where the file is of one prefecture; else empty.
    file_name : str
        Its name on disk, by which ``spots init`` knows it again.
    url : str
        Address of the file; empty where the page's form has to be clicked through.
    size_bytes : int or None
        Bytes, where somebody stated them.
    size_note : Text
        The size in words, or that it is not known.
    edition : str
        Year, day or number of the edition; ``latest`` where it changes daily.
    why : Text
        What this file of the data set is for.
    md5_url : str
        Address of its MD5 sum, where the publisher has one.
    may_be_absent : bool
        Whether the publisher has no such file where there is only sea.
    """

    dataset: Dataset
    prefecture: str
    file_name: str
    url: str
    size_bytes: int | None
    size_note: Text
    edition: str
    why: Text
    md5_url: str = ""
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class SeaCrossing:
    """A way between two prefectures over or under the sea.

    Parameters
    ----------
    prefectures : tuple of str
        Both, by two digits.
    name : Text
        What it is called.
    by_road : bool
        Whether cars drive there; only then the other side's hospitals are reached by road.
    """

    prefectures: tuple[str, str]
    name: Text
    by_road: bool = True


#: Facts beside `boundaries.codes.adjacent_prefectures`, which holds what a road joins.
SEA_CROSSINGS = (
    SeaCrossing(
        ("01", "02"), Text("青函トンネル（鉄道）", "Seikan Tunnel (railway)"), by_road=False
    ),
    SeaCrossing(("12", "14"), Text("東京湾アクアライン", "Tokyo Bay Aqua-Line")),
    SeaCrossing(("28", "36"), Text("大鳴門橋", "Ohnaruto Bridge")),
    SeaCrossing(("33", "37"), Text("瀬戸大橋", "Seto Ohashi Bridge")),
    SeaCrossing(
        ("34", "38"), Text("しまなみ海道（多々羅大橋）", "Shimanami Kaido (Tatara Bridge)")
    ),
    SeaCrossing(("35", "40"), Text("関門橋・関門トンネル", "Kanmon Bridge and Tunnel")),
)


def touching(prefecture: str) -> tuple[str, ...]:
    """Return the prefectures that touch one by land or are joined to it by a road over the sea.

    Parameters
    ----------
    prefecture : str
        Two digits.

    Returns
    -------
    tuple of str
        Two digits each, ascending. 北海道 and 沖縄県 have none.

    Raises
    ------
    UsageError
        There is no such prefecture.

    Examples
    --------
    >>> touching("44"), touching("35"), touching("47")
    (('40', '43', '45'), ('32', '34', '40'), ())
    """
    require_prefecture(prefecture)
    return tuple(sorted(adjacent_prefectures(prefecture)))


def sea_crossings(prefecture: str) -> tuple[SeaCrossing, ...]:
    """Return the ways over or under the sea that lead out of a prefecture.

    Examples
    --------
    >>> [(each.name.en, each.by_road) for each in sea_crossings("36")]
    [('Ohnaruto Bridge', True)]
    """
    require_prefecture(prefecture)
    return tuple(each for each in SEA_CROSSINGS if prefecture in each.prefectures)


def osm_regions(prefecture: str) -> tuple[str, ...]:
    """Return the regional extracts that hold a prefecture and what touches it, its own first.

    Examples
    --------
    >>> osm_regions("44"), osm_regions("24"), osm_regions("35")
    (('kyushu',), ('kansai', 'chubu'), ('chugoku', 'kyushu'))
    """
    codes = (prefecture, *touching(prefecture))
    return tuple(dict.fromkeys(_region_of(code) for code in codes))


def _region_of(prefecture: str) -> str:
    return next(name for name, (held, _) in _REGIONS.items() if int(prefecture) in held)


def downloads_for(
    prefecture: str,
    *,
    neighbours: bool = True,
    editions: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Download, ...]:
    """Return every published file that a run of one prefecture can be made of.

    Parameters
    ----------
    prefecture : str
        Two digits.
    neighbours : bool
        Whether the outlines and institutions of touching prefectures are wanted too: drives and
        circles do not stop at the border.
    editions : mapping of str to str
        Other editions than those of `EDITIONS`, by key of the data set.

    Returns
    -------
    tuple of Download
        In the order of `DATASETS`; of each its own prefecture first.

    Raises
    ------
    UsageError
        There is no such prefecture, data set or edition.

    Examples
    --------
    >>> [each.file_name for each in downloads_for("44") if each.dataset.key == "n03"]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['N03-20260101_44_GML.zip', 'N03-20260101_40_GML.zip', 'N03-20260101_43_GML.zip',
     'N03-20260101_45_GML.zip']
    """
    require_prefecture(prefecture)
    chosen = _editions(editions)
    others = touching(prefecture) if neighbours else ()
    wanted = (
        partial(_FILES[key], DATASETS[key], edition, prefecture, others)
        for key, edition in chosen.items()
    )
    return tuple(_with_size(each) for files in wanted for each in files())


def _editions(given: Mapping[str, str]) -> dict[str, str]:
    """Return the edition of each data set, checked."""
    problems = [
        _no_edition(key, edition)
        for key, edition in given.items()
        if key not in EDITIONS or not re.fullmatch(_KNOWN_EDITIONS[key], edition, re.ASCII)
    ]
    if problems:
        raise UsageError(problems)
    return {key: given.get(key, edition) for key, edition in EDITIONS.items()}


def _no_edition(key: str, edition: str) -> Problem:
    known = ", ".join(f"{each}={default}" for each, default in EDITIONS.items())
    return error(
        "unknown-edition",
        Text("版の指定が分かりません", "no such data set or edition"),
        Text(f"例のように指定してください：{known}", f"give it like one of these: {known}"),
        column="--edition",
        value=f"{key}={edition}",
    )


def _with_size(download: Download) -> Download:
    """Fill in a size that is known of this very file."""
    size = _SIZES.get(download.file_name)
    if size is None:
        return download
    told = f"{size / 1e6:.1f} MB"
    return replace(download, size_bytes=size, size_note=Text(told, told))


def _n03(
    dataset: Dataset, edition: str, prefecture: str, others: tuple[str, ...]
) -> Iterator[Download]:
    for code in (prefecture, *others):
        name = f"N03-{edition}0101_{code}_GML.zip"
        url = f"{_KSJ}/N03/N03-{edition}/{name}"
        why = _own_or_next(code, prefecture, Text("の市区町村の区域", "municipalities"))
        yield Download(dataset, code, name, url, None, _NOT_KNOWN, edition, why)


def _a38(
    dataset: Dataset, edition: str, prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    name = f"A38-{edition[2:]}_{prefecture}_GML.zip"
    url = f"{_KSJ}/A38/A38-{edition[2:]}/{name}"
    why = _own_or_next(prefecture, prefecture, Text("の二次医療圏", "medical areas"))
    yield Download(dataset, prefecture, name, url, None, _NOT_KNOWN, edition, why)


def _p04(
    dataset: Dataset, edition: str, prefecture: str, others: tuple[str, ...]
) -> Iterator[Download]:
    for code in (prefecture, *others):
        name = f"P04-{edition[2:]}_{code}_GML.zip"
        url = f"{_KSJ}/P04/P04-{edition[2:]}/{name}"
        why = _own_or_next(code, prefecture, Text("の医療機関の位置", "positions of institutions"))
        yield Download(dataset, code, name, url, None, _NOT_KNOWN, edition, why)


def _index(
    dataset: Dataset, edition: str, _prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    why = Text("全国の二次医療圏の指標（1ファイル）", "the indices of all areas, one file")
    name = "001424491.xlsx"
    yield Download(dataset, "", name, f"{_MHLW}/{name}", None, _NOT_KNOWN, edition, why)


def _osm(
    dataset: Dataset, edition: str, prefecture: str, others: tuple[str, ...]
) -> Iterator[Download]:
    names = {code: PREFECTURES[code] for code in others}
    regions = osm_regions(prefecture) if others else (_region_of(prefecture),)
    for region in regions:
        held, title = _REGIONS[region]
        beyond = [code for code in names if int(code) in held]
        name = f"{region}-{edition}.osm.pbf"
        url = f"{_GEOFABRIK}/{name}"
        yield Download(
            dataset,
            "",
            name,
            url,
            None,
            _EXTRACT_NOTES.get(region, _NOT_KNOWN) if edition == "latest" else _NOT_KNOWN,
            edition,
            _roads_of(title, prefecture if int(prefecture) in held else None, beyond),
            md5_url=f"{url}.md5",
        )


def _roads_of(title: Text, own: str | None, beyond: list[str]) -> Text:
    ja = [PREFECTURES[code] for code in ([own] if own else []) + beyond]
    en = [ROMAN_NAMES[code] for code in ([own] if own else []) + beyond]
    return Text(
        f"{title.ja}地方の道路（{'、'.join(ja)}を含む）",
        f"roads of {title.en} (with {', '.join(en)})",
    )


def _n13(
    dataset: Dataset, edition: str, prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    for mesh in FIRST_MESHES[prefecture]:
        name = f"N13-{edition[2:]}_{mesh}_GEOJSON.zip"
        url = f"{_KSJ}/N13/N13-{edition[2:]}/{name}"
        why = Text(f"1次メッシュ {mesh} の道路", f"roads of the first-order mesh {mesh}")
        yield Download(dataset, "", name, url, None, _NOT_KNOWN, edition, why, may_be_absent=True)


def _iryo_joho(
    dataset: Dataset, edition: str, _prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    # From June 2026 on the file's name says what is in the zip.
    suffix = "csv.zip" if edition >= "20260601" else "zip"
    kinds = (
        (
            "01-1_hospital",
            Text("全国の病院の位置", "positions of all hospitals"),
            "約0.7 MB",
            "0.7",
        ),
        ("02-1_clinic", Text("全国の診療所の位置", "positions of all clinics"), "約6.5 MB", "6.5"),
    )
    for kind, why, ja, en in kinds:
        name = f"{kind}_facility_info_{edition}.{suffix}"
        note = Text(f"{ja}（2025年12月版）", f"some {en} MB (edition of December 2025)")
        yield Download(dataset, "", name, f"{_MHLW}/11121000/{name}", None, note, edition, why)


def _bed_report(
    dataset: Dataset, edition: str, _prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    why = Text("全国の病院の救急の標識", "emergency flags of all hospitals")
    name = "001717798.xlsx"
    yield Download(dataset, "", name, f"{_MHLW}/10800000/{name}", None, _NOT_KNOWN, edition, why)


def _mesh(
    dataset: Dataset, edition: str, prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    table = _CENSUS_TABLES[edition]
    for mesh in FIRST_MESHES[prefecture]:
        name = f"tbl{table}S{mesh}.zip"
        url = f"{_ESTAT}?statsId={table}&code={mesh}&downloadType=2"
        why = Text(f"1次メッシュ {mesh} の人口", f"people of the first-order mesh {mesh}")
        yield Download(dataset, "", name, url, None, _NOT_KNOWN, edition, why, may_be_absent=True)


def _isj(
    dataset: Dataset, edition: str, prefecture: str, others: tuple[str, ...]
) -> Iterator[Download]:
    for code in (prefecture, *others):
        name = f"{code}000-{edition}.zip"
        why = _own_or_next(code, prefecture, Text("の町丁目の代表点", "town blocks' points"))
        url = f"{_ISJ}/{edition}/{name}"
        yield Download(dataset, code, name, url, None, _NOT_KNOWN, edition, why)


def _geolonia(
    dataset: Dataset, edition: str, _prefecture: str, _others: tuple[str, ...]
) -> Iterator[Download]:
    why = Text("全国の町丁目の代表点", "town blocks' points of the country")
    # Saved under a name that says what it is.
    name, url = "geolonia_latest.csv", f"{dataset.page}latest.csv"
    yield Download(dataset, "", name, url, None, _NOT_KNOWN, edition, why)


def _own_or_next(code: str, own: str, what: Text) -> Text:
    ja, en = PREFECTURES[code], ROMAN_NAMES[code]
    if code == own:
        return Text(f"{ja}{what.ja}", f"{what.en} of {en}")
    return Text(f"隣接する{ja}{what.ja}", f"{what.en} of {en}, next door")


# Tables of the census with people by sex, households by the 1 km mesh.
_CENSUS_TABLES = MappingProxyType({"2015": "T000846", "2020": "T001140"})
_Files = Callable[[Dataset, str, str, tuple[str, ...]], Iterator[Download]]
_FILES: Mapping[str, _Files] = MappingProxyType(
    {
        "n03": _n03,
        "a38": _a38,
        "index": _index,
        "osm": _osm,
        "iryo_joho": _iryo_joho,
        "p04": _p04,
        "mesh": _mesh,
        "bed_report": _bed_report,
        "n13": _n13,
        "isj": _isj,
        "geolonia": _geolonia,
    }
)
#: The edition of each data set that is taken unless another is asked for.
EDITIONS = MappingProxyType(
    {
        "n03": "2026",
        "a38": "2020",
        "index": "2024-01",
        "osm": "latest",
        "iryo_joho": "20260601",
        "p04": "2020",
        "mesh": "2020",
        "bed_report": "R7",
        "n13": "2024",
        "isj": "19.0b",
        "geolonia": "latest",
    }
)
# Which others have the same form of address.
_KNOWN_EDITIONS = MappingProxyType(
    {
        "n03": "202[1-9]",
        "a38": "2020",
        "index": "2024-01",
        "osm": "latest|[0-9]{6}",  # Geofabrik's days: yymmdd
        "iryo_joho": "20[0-9]{2}(06|12)01",
        "p04": "2014|2020",
        "mesh": "2015|2020",
        "bed_report": "R7",
        "n13": "20(2[4-9]|[3-9][0-9])",
        "isj": r"[0-9]{2}\.0b",
        "geolonia": "latest",
    }
)
