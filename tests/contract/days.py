"""Spellings of days, and what takes a day: one entry each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shapely.geometry import LineString

from groundfloor.problems import SpotsError
from networks.calibration.trips import read_trips
from networks.closures.closure_files import read_closures
from spots.job.run_file import read_run_file
from tests.contract.layers import Features, geojson
from tests.contract.roles import TABLE_ROLES
from tests.contract.tables import plain
from tests.helpers.small_job import RUN, write_job

SPELLINGS = {
    "令和2年国勢調査": date(2020, 10, 1),
    "平成27年（2015年）国勢調査結果": date(2015, 10, 1),
    "2020年国勢調査": date(2020, 10, 1),
    "2024-04-01": date(2024, 4, 1),
    "2024-4-1": date(2024, 4, 1),
    "2024/04/01": date(2024, 4, 1),
    "2024/4/1": date(2024, 4, 1),
    "2024.4.1": date(2024, 4, 1),
    "20240401": date(2024, 4, 1),
    "２０２４年４月１日": date(2024, 4, 1),
    "2024年4月1日": date(2024, 4, 1),
    "2024 年 4 月 1 日": date(2024, 4, 1),
    "2024年4月1日(月)": date(2024, 4, 1),
    "2024/4/1(月)": date(2024, 4, 1),
    "2024/4/1（月）": date(2024, 4, 1),
    "2024-04-01T09:30": date(2024, 4, 1),
    "2024-04-01 09:30:00": date(2024, 4, 1),
    "2024/4/1 9:30": date(2024, 4, 1),
    "2024-04-01T09:30:00+09:00": date(2024, 4, 1),
    "R6.4.1": date(2024, 4, 1),
    "r6.4.1": date(2024, 4, 1),
    "Ｒ６．４．１": date(2024, 4, 1),
    "R6/4/1": date(2024, 4, 1),
    "R06.04.01": date(2024, 4, 1),
    "R060401": date(2024, 4, 1),
    "令和6年4月1日": date(2024, 4, 1),
    "令和６年４月１日": date(2024, 4, 1),
    "令和 6年 4月 1日": date(2024, 4, 1),
    "令和元年5月1日": date(2019, 5, 1),
    "令6.4.1": date(2024, 4, 1),
    "令和6.4.1": date(2024, 4, 1),
    "R6.4.1現在": date(2024, 4, 1),
    "令和6年4月1日現在": date(2024, 4, 1),
    "令和6年4月1日時点": date(2024, 4, 1),
    "H31.4.30": date(2019, 4, 30),
    "平成31年4月30日": date(2019, 4, 30),
    "昭和63年1月7日": date(1988, 1, 7),
}
NO_DAYS = (
    "令和3年国勢調査",
    "国勢調査",
    "soon",
    "2024-13-01",
    "2024-02-30",
    "R0.4.1",
    "20241",
    "R641",
    "2024-04-01～2024-05-01",
)


@dataclass(frozen=True, slots=True)
class DayRole:
    """Something that takes a day: a writer and its public reader."""

    name: str
    read: Callable[[Path, str], date | None]  # the day; None where it was refused
    codes: Callable[[Path, str], set[str]]  # of every problem that reading the text gives


def _closures(folder: Path, written: str) -> object:
    layer = Features(
        ("開始日",), ((written,),), (LineString([(131.0, 32.7), (131.1, 32.7)]),), ("from",)
    )
    path = folder / "closures.geojson"
    path.write_bytes(geojson(layer))
    return read_closures(path)


def _trips(folder: Path, written: str) -> object:
    sheet = next(role.sheet for role in TABLE_ROLES if role.name == "trips")
    path = folder / "trips.csv"
    path.write_bytes(plain(sheet.with_column("日付", "日付", [written] * len(sheet.rows))))
    return read_trips(path)


def _job(folder: Path, old: str, new: str) -> object:
    assert RUN.count(old) == 1
    return read_run_file(write_job(folder, {"run.toml": RUN.replace(old, new)}))


def _as_of(folder: Path, written: str) -> object:
    return _job(folder, 'file = "base.csv"', f'file = "base.csv"\nas_of = "{written}"')


def _closed_on(folder: Path, written: str) -> object:
    return _job(folder, 'nodes = "nodes.csv"', f'nodes = "nodes.csv"\nclosures_on = "{written}"')


def _validity(folder: Path, written: str) -> object:
    tables = f'preset = "kumamoto"\n[policy.override.validity]\nvalid_from = "{written}"\nvalid_to = 2030-03-31'
    return _job(folder, 'preset = "kumamoto"', tables)


def _role(
    name: str, parse: Callable[[Path, str], object], day: Callable[[object], object]
) -> DayRole:
    def read(folder: Path, written: str) -> date | None:
        found = day(parse(folder, written))
        if found is None:
            return None
        return found if isinstance(found, date) else date(found.year, found.month, found.day)

    def codes(folder: Path, written: str) -> set[str]:
        try:
            return {p.code for p in getattr(parse(folder, written), "problems", ())}
        except SpotsError as fault:
            return {p.code for p in fault.problems}

    return DayRole(name, read, codes)


DAY_ROLES = (
    _role("as-of-of-a-list", _as_of, lambda job: job.layers[0].as_of),
    _role("validity-of-a-policy", _validity, lambda job: job.policy.validity.valid_from),
    _role("first-day-of-a-closure", _closures, lambda found: found.rows[0].start),
    _role("day-of-a-trip", _trips, lambda found: found.trips[0].day),
)
