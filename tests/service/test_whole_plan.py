"""From two runs to months of service: register, programme and clocks in one piece."""

from __future__ import annotations

from pathlib import Path

import pytest

import spots as ss
from tests.helpers.small_job import HEADER, write_job

pytestmark = [
    pytest.mark.slow,  # two runs, and a register of them
    pytest.mark.filterwarnings("ignore:1 problem in <postings> .service-open:UserWarning"),
]

SOYO = "そよう病院,43447,熊本県上益城郡山都町滝上476,32.6953,131.1505"
#: In the second plan そよう病院 is no base hospital, and so no spot.
WITHOUT = {"base.csv": HEADER + "B9,青海の病院,43213,熊本県宇城市三角町9,32.6400,130.6500,\n"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("whole-plan")
    ss.run(write_job(made / "one")).write(made / "r6", outputs="none")
    ss.run(write_job(made / "two", WITHOUT)).write(made / "r9", outputs="none")
    register = ss.PlanRegister(made / "plans.gpkg")
    register.add(made / "r6", plan="第8次前期", first="2024-04-01", last="2027-03-31")
    register.add(made / "r9", plan="第8次後期", first="2027-04-01", last="2030-03-31")
    (made / "list.csv").write_text(f"医療機関名,市町村コード,所在地,緯度,経度\n{SOYO}\n", "utf-8")
    (made / "persons.csv").write_text("個人番号,免許取得日\nd-1,2020-04-01\n", "utf-8")
    return made


def _months(folder: Path, first: str, last: str, across_end: str = "each_day") -> dict[str, object]:
    """Return what recognition says of one posting at そよう病院."""
    table = folder / "postings.csv"
    table.write_text(
        f"個人番号,勤務先,開始日,終了日,週勤務時間,区分\nd-1,そよう病院,{first},{last},40,勤務\n",
        "utf-8",
    )
    months = ss.service_months(
        table,
        persons=folder / "persons.csv",
        on="2030-03-31",
        rules="nintei",
        programme="shortage",
        institutions=folder / "list.csv",
        register=folder / "plans.gpkg",
        across_end=across_end,
    )
    (row,) = months.clocks.to_dict("records")
    return row


@pytest.mark.parametrize(
    ("across_end", "counted"), [("each_day", "P12M0D"), ("at_start", "P24M0D")]
)
def test_a_posting_goes_on_after_its_spot_ended(
    folder: Path, across_end: str, counted: str
) -> None:
    row = _months(folder, "2026-04-01", "2028-03-31", across_end)
    assert (row["fulfilment"], row["counted"]) == ("met", counted)


def test_days_before_the_register_are_open_and_days_after_the_spot_count_nothing(
    folder: Path,
) -> None:
    before = _months(folder, "2023-04-01", "2023-09-30")
    after = _months(folder, "2027-04-01", "2028-03-31")
    assert (before["fulfilment"], after["fulfilment"]) == ("undetermined", "not_met")
    assert (before["counted"], before["counted_at_most"], after["counted"]) == (
        "P0M0D",
        "P6M0D",
        "P0M0D",
    )
