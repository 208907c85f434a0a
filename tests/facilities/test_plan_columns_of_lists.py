"""What lists of facilities say for the plan: 設定理由, service, councils, page, application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import xlsxwriter
from shapely.geometry import Point

from groundfloor.problems import Severity
from spots.facilities import FacilityListError, merge, read_layers
from spots.facilities.model import RawFacility
from spots.types import ListedEntry, Role
from tests.helpers.facility_lists import codes, only, spec

HEAD = ("医療機関名", "所在地", "緯度", "経度", "設定理由", "サービス")
HEAD = (*HEAD, "地域医療対策協議会", "保険者協議会", "計画の頁", "申請")
WHERE = ("熊本県上益城郡山都町滝上476-2", "32.685331", "131.150494")
REASON, SERVICE = "無医地区の巡回診療を行うため", "無医地区の巡回診療"
ROW = ("そよう病院", *WHERE, REASON, SERVICE, "令和7年2月3日", "2025-03-04", "45", "○")
SAID = ListedEntry(
    name="そよう病院",
    reason=REASON,
    service=SERVICE,
    councils=(date(2025, 2, 3), date(2025, 3, 4)),
    page="45",
    on_application=True,
    row=2,
)


def text_of(rows: Sequence[Sequence[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in (HEAD, *rows))


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.write_bytes(text_of(rows).encode("cp932"))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate((HEAD, *rows)):
            sheet.write_row(n, 0, row)
    return path


def write_gpkg(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    columns = {head: [row[k] for row in rows] for k, head in enumerate(HEAD)}
    points = [Point(float(row[3]), float(row[2])) for row in rows]
    gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:6668").to_file(path, driver="GPKG")
    return path


FORMS: Mapping[str, object] = {"csv": write_csv, "xlsx": write_xlsx, "gpkg": write_gpkg}


def read(*paths: Path, **options: object) -> tuple[RawFacility, ...]:
    return read_layers([spec(path, **options) for path in paths], {})[0]


@pytest.mark.parametrize("form", FORMS)
def test_every_format_says_the_same_for_the_plan(tmp_path: Path, form: str):
    path = FORMS[form](tmp_path / f"list.{form}", [ROW])  # type: ignore[operator]
    (raw,) = read(path)
    assert raw.entry is not None
    row = raw.entry.row
    assert raw.entry == SAID.__class__(**{**as_fields(SAID), "file": path.name, "row": row})


def as_fields(entry: ListedEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in ListedEntry.__dataclass_fields__}


def test_a_row_that_says_nothing_has_no_entry(tmp_path: Path):
    rows = [ROW, ("小国公立病院", "熊本県阿蘇郡小国町宮原1743", "33.12", "131.06", *[""] * 6)]
    first, second = read(write_csv(tmp_path / "list.csv", rows))
    assert first.entry is not None
    assert second.entry is None


def test_a_day_that_is_none_is_an_error_in_its_cell(tmp_path: Path):
    wrong = (*ROW[:6], "二月三日", *ROW[7:])
    with pytest.raises(FacilityListError) as caught:
        read(write_csv(tmp_path / "list.csv", [wrong]))
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.value) == (2, "地域医療対策協議会", "二月三日")


@pytest.mark.parametrize("head", ["輪番病院協議会名", "協議会の意見"])
def test_a_councils_name_or_view_is_no_day(tmp_path: Path, head: str):
    path = tmp_path / "list.csv"
    path.write_text(
        f"医療機関名,緯度,経度,{head}\nそよう病院,32.68,131.15,上益城\n", encoding="utf-8"
    )
    (raw,) = read(path)
    assert raw.entry is None


def test_the_run_file_names_and_switches_off_columns(tmp_path: Path):
    path = write_csv(tmp_path / "list.csv", [ROW])
    (raw,) = read(path, columns={"reason": "サービス", "service": "", "councils": "保険者協議会"})
    assert raw.entry is not None
    assert (raw.entry.reason, raw.entry.service) == (SERVICE, "")
    assert raw.entry.councils == (date(2025, 3, 4),)


def test_the_first_list_that_says_each_is_used(tmp_path: Path):
    one = write_csv(tmp_path / "one.csv", [(*ROW[:4], "", SERVICE, "", "", "", "")])
    other = write_csv(tmp_path / "other.csv", [(*ROW[:5], "", *ROW[6:])])
    (facility,), problems = merge(read(one, other))
    assert facility.entry is not None
    assert (facility.entry.reason, facility.entry.service) == (REASON, SERVICE)
    assert (facility.entry.file, facility.entry.page) == ("other.csv", "45")
    assert "merged-reasons-differ" not in codes(problems)


def test_two_reasons_of_one_facility_are_told(tmp_path: Path):
    one = write_csv(tmp_path / "one.csv", [ROW])
    other = write_csv(tmp_path / "other.csv", [(*ROW[:4], "別の理由", *ROW[5:])])
    (facility,), problems = merge(read(one, other))
    assert facility.entry is not None
    assert facility.entry.reason == REASON
    told = only(problems, "merged-reasons-differ")
    assert (told.severity, told.file, told.row) == (Severity.WARNING, "other.csv", 2)
    assert "設定理由が" in told.message.ja


@pytest.mark.parametrize("again", [REASON, "無医地区の 巡回診療を行うため"])
def test_one_reason_in_two_lists_is_no_matter(tmp_path: Path, again: str):
    one = write_csv(tmp_path / "one.csv", [ROW])
    other = write_csv(tmp_path / "other.csv", [(*ROW[:4], again, *ROW[5:])])
    assert "merged-reasons-differ" not in codes(merge(read(one, other))[1])


def test_reasons_of_places_that_are_only_reached_are_no_matter(tmp_path: Path):
    one = write_csv(tmp_path / "one.csv", [ROW])
    other = write_csv(tmp_path / "other.csv", [(*ROW[:4], "別の理由", *ROW[5:])])
    assert "merged-reasons-differ" not in codes(merge(read(one, other, role=Role.DESTINATION))[1])
