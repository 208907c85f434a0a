"""Calibration: known speeds come back out of the trips made at them."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from groundfloor.problems import Lang, MissingFileError, Severity
from networks.calibration.calibrate import calibrate
from networks.calibration.certainty import certainty_of, trip_groups, twin_of
from networks.calibration.driven import Kinds, drive_trips, kinds_of, tie
from networks.calibration.fit import FixedRoutes, fit_factors, held_out, objective
from networks.calibration.pools import Pools, pools_of, surer
from networks.calibration.report import (
    calibration_csv,
    calibration_json,
    calibration_text,
    calibration_toml,
)
from networks.calibration.trips import read_trips
from networks.errors import NetworkDataError
from networks.retiming import retimed
from networks.speeds.profile import MaxspeedRule
from networks.speeds.profile_files import parse_profile
from networks.types import TravelOptions
from tests.helpers.trip_cases import EVERYDAY, TRUE, as_csv, at_true_speeds, observe, town


@pytest.fixture(scope="module")
def network():
    return town()


@pytest.fixture(scope="module")
def found(network):
    trips = observe(at_true_speeds(network), 60)
    wrong = replace(trips.trips[3], minutes=3 * trips.trips[3].minutes)
    return calibrate(network, replace(trips, trips=(*trips.trips[:3], wrong, *trips.trips[4:])))


def factors(calibration):
    return {row.name: row.factor for row in calibration.classes}


def test_known_factors_come_back(found):
    got = factors(found)
    assert got["trunk"] == pytest.approx(TRUE["trunk"], rel=0.04)
    assert got["secondary"] == pytest.approx(TRUE["secondary"], rel=0.06)
    assert got["residential"] == pytest.approx(TRUE["residential"], rel=0.10)
    assert found.rounds > 1  # faster trunk roads draw other routes


def test_without_noise_they_come_back_almost_exactly(network):
    got = factors(calibrate(network, observe(at_true_speeds(network), 60, noise=0.0)))
    for name, true in TRUE.items():
        assert got[name] == pytest.approx(true, rel=0.02)


def test_what_nobody_drove_on_stays(found):
    old, new = EVERYDAY.lookup(), found.profile.lookup()
    assert {name for name in old if old[name].kmh != new[name].kmh} == {
        fold
        for fold, row in old.items()
        if row.name in TRUE  # their aliases too
    }
    assert new["motorway"].source == old["motorway"].source
    thin = [row for row in found.classes if not row.fitted_with]
    assert all(row.factor == 1.0 and row.after_kmh == row.before_kmh for row in thin)


def test_the_times_are_those_of_the_new_profile(network, found):
    again = retimed(network, found.profile)
    tied, _ = tie(again, found.observed, 500.0)
    minutes = drive_trips(again, kinds_of(again), tied, TravelOptions()).minutes
    assert [t.after_min for t in found.trips] == minutes.tolist()


def test_it_fits_better_also_what_it_has_not_seen(found):
    assert found.after.median_min < 0.5 * found.before.median_min
    assert found.held_out.median_min < 0.5 * found.before.median_min
    assert found.after.rmse_min <= found.held_out.rmse_min < found.before.rmse_min
    assert abs(found.after.bias_percent) < abs(found.before.bias_percent) + 2


def test_the_trip_that_cannot_be_is_pointed_at_and_moves_nothing(found):
    assert [t.trip.row for t in found.trips if t.outlier] == [5]
    assert "5行目" in calibration_text(found)


def test_weights_count(network):
    trips = observe(at_true_speeds(network), 30, noise=0.0)
    slow = tuple(replace(t, minutes=t.minutes * 1.5, weight=1e-4) for t in trips.trips)
    mixed = replace(trips, trips=(*trips.trips, *slow))
    got = factors(calibrate(network, mixed))
    assert got["trunk"] == pytest.approx(TRUE["trunk"], rel=0.03)


def test_pure_noise_is_said_to_be_no_better(network):
    trips = observe(network, 12, noise=0.6, seed=3)
    found = calibrate(network, trips)
    assert found.held_out.rmse_min >= found.before.rmse_min
    assert "calibrate-no-better" in [p.code for p in found.problems]


def test_a_unit_that_is_wrong_shows_at_the_bounds(network):
    trips = observe(network, 20, noise=0.0)

    def times(factor):
        slow = tuple(replace(t, minutes=t.minutes * factor) for t in trips.trips)
        return calibrate(network, replace(trips, trips=slow))

    twice = times(2.2)
    assert "calibrate-at-bound" in [p.code for p in twice.problems]
    assert min(factors(twice).values()) == pytest.approx(0.5, abs=0.001)
    assert "calibrate-far-off" in [p.code for p in times(6.0).problems]


def test_too_few_trips_and_too_thin_classes_are_refused(network):
    trips = observe(network, 12)
    with pytest.raises(NetworkDataError) as caught:
        calibrate(network, replace(trips, trips=trips.trips[:9]))
    assert [p.code for p in caught.value.problems] == ["calibrate-too-few"]
    first = trips.trips[0]
    near = replace(first, to_lon=first.from_lon + 0.002, to_lat=first.from_lat, minutes=1.0)
    with pytest.raises(NetworkDataError) as caught:
        calibrate(network, replace(trips, trips=(near,) * 12))
    assert [p.code for p in caught.value.problems] == ["calibrate-too-thin"]


def test_trips_beyond_the_network_are_left_out_by_row(network):
    trips = observe(at_true_speeds(network), 30)
    away = replace(trips.trips[0], row=99, from_lon=131.9, from_name="遠く")
    found = calibrate(network, replace(trips, trips=(*trips.trips, away)))
    assert len(found.trips) == 30
    (problem,) = [p for p in found.problems if p.code == "trip-far-from-roads"]
    assert (problem.row, problem.severity) == (99, Severity.WARNING)
    assert "遠く" in problem.value


def test_roads_under_a_limit_do_not_move_the_row(network):
    limit = np.full(len(network.edges), np.nan, np.float32)
    trunk = network.edges.road_class == network.classes.index("trunk")
    limit[trunk & (np.arange(len(limit)) % 2 == 0)] = 40.0
    capped = replace(network, edges=replace(network.edges, limit_kmh=limit))
    capped = retimed(capped, replace(EVERYDAY, version="capped"))
    found = calibrate(capped, observe(at_true_speeds(capped), 60, noise=0.0))
    assert factors(found)["trunk"] == pytest.approx(TRUE["trunk"], rel=0.03)
    assert {r.name: r.capped_km > 0 for r in found.classes}["trunk"]
    rule = retimed(capped, replace(EVERYDAY, version="use", maxspeed=MaxspeedRule.USE))
    found = calibrate(rule, observe(at_true_speeds(rule), 60, noise=0.0))
    assert factors(found)["trunk"] == pytest.approx(TRUE["trunk"], rel=0.03)


def test_thin_rows_share_a_factor_where_together_they_are_enough():
    rows = ("", "motorway", "residential", "service", "trunk", "trunk", "trunk_link", "track")
    kinds = Kinds(rows, np.full(8, 30.0), np.full(8, np.inf), np.zeros(1, np.int16))
    km = np.tile([50.0, 0.0, 0.7, 0.4, 2.0, 1.0, 0.05, 0.0], (12, 1))
    assert pools_of(kinds, km).rows == (("residential", "service"), ("trunk", "trunk_link"))
    assert pools_of(kinds, km[:4]).rows == ()  # too few trips
    assert pools_of(kinds, km / 5).rows == ()  # too few kilometres


def test_same_result_twice(network, found):
    again = calibrate(network, found.observed)
    assert calibration_toml(again) == calibration_toml(found)
    assert calibration_csv(again) == calibration_csv(found)


def test_the_profile_names_its_data_and_reads_back(found):
    text = calibration_toml(found)
    assert parse_profile(text, "ours.toml") == found.profile
    assert "observed.csv, SHA-256 " + "0" * 64 in text
    assert "60 trips used of 60" in text
    (trunk,) = [row for row in tomllib.loads(text)["class"] if row["name"] == "trunk"]
    assert trunk["source"].startswith("calibrated: everyday ")
    assert "45 km/h x " in trunk["source"]
    assert " trips, " in trunk["source"]
    assert found.profile.name == "everyday-calibrated"
    assert found.profile.version.endswith("+00000000")


def test_reports(found):
    rows = calibration_csv(found, Lang.EN).removeprefix("\ufeff").splitlines()
    assert rows[0].startswith("row,from,to,observed_min")
    assert len(rows) == 61
    assert calibration_json(found)["before"]["rmse_min"] == found.before.rmse_min
    for lang in Lang:
        assert "trunk" in calibration_text(found, lang)
    assert "観測が少ないため変更なし" in calibration_text(found) or all(
        row.fitted_with for row in found.classes
    )


# --- what the trips do not tell


def spoilt(trips, rows):
    """The trips, some of them three times as long or less than half."""
    odd = {
        k: replace(t, minutes=t.minutes * (3.0 if k % 2 else 0.4))
        for k, t in enumerate(trips.trips)
        if k in rows
    }
    return replace(trips, trips=tuple(odd.get(k, t) for k, t in enumerate(trips.trips)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 6, 7])
def test_a_tenth_of_outliers_is_named_and_decides_nothing(network, seed):
    rows = np.random.default_rng(seed).choice(60, 6, replace=False).tolist()
    trips = spoilt(observe(at_true_speeds(network), 60, seed=seed), rows)
    found = calibrate(network, trips)
    for name, true in TRUE.items():
        assert factors(found)[name] == pytest.approx(true, rel=0.1)
    assert {t.trip.row - 2 for t in found.trips if t.outlier} == set(rows)
    assert "calibrate-no-better" not in [p.code for p in found.problems]


def test_a_trip_driven_again_is_left_out_with_itself(network):
    # Ten routes whose times have nothing to do with the roads, each driven six times: whoever
    # has seen the other five knows the sixth.
    routes_of = observe(network, 10, noise=0.6, seed=3).trips
    again = [replace(t, minutes=t.minutes * (1 + k / 200)) for k in range(6) for t in routes_of]
    rows = tuple(replace(t, row=2 + k) for k, t in enumerate(again))
    found = calibrate(network, replace(observe(network, 10), trips=rows))
    assert "calibrate-no-better" in [p.code for p in found.problems]


def test_trips_between_the_same_places_are_one_group():
    near, far = 0.0005, 0.01  # about 50 m and 1 km
    ends = [
        (130.70, 32.80, 130.80, 32.90),
        (130.70, 32.80 + near, 130.80, 32.90),
        (130.80, 32.90, 130.70, 32.80),  # the way back
        (130.70, 32.80, 130.80, 32.90 + far),
        (130.70, 32.80 - near, 130.80 + near, 32.90),
    ]
    assert trip_groups(ends, 100.0) == [0, 0, 0, 1, 0]


def test_classes_that_no_trip_tells_apart_share_a_factor():
    # Each trip drives as far on the one as on the other: only their sum is known.
    km = [[x, x] for x in np.linspace(5, 30, 20)]
    case = routes([2 * x * 1.25 for x, _ in km], km, kmh=(60.0, 60.0), cap=(np.inf,) * 2, of=(0, 1))
    sure = certainty_of(case, fit_factors(case, np.ones(2)), 20)
    assert sure.unsure.all()
    assert twin_of(sure, 0) == 1
    pools = surer(Pools((("secondary",), ("trunk",))), sure)
    assert pools == Pools((("secondary", "trunk"),), alike=frozenset({"secondary", "trunk"}))
    apart = replace(case, km=np.array([[x, 35 - x] for x, _ in km]))
    apart = replace(apart, minutes=apart.predicted(np.array([1.2, 0.8])))
    sure = certainty_of(apart, fit_factors(apart, np.ones(2)), 20)
    assert not sure.unsure.any()
    assert surer(pools, sure) == pools


def test_ten_trips_do_not_measure_what_they_hardly_drive_on(network):
    found = calibrate(network, observe(at_true_speeds(network), 10, noise=0.1, seed=0))
    by_name = {row.name: row for row in found.classes}
    assert by_name["trunk"].state == "measured"
    row = by_name["secondary"]
    assert (row.state, row.factor, row.low, row.fitted_with) == ("unidentified", 1.0, None, ())
    assert row.after_kmh == row.before_kmh
    assert "識別できないため変更なし" in calibration_text(found)
    assert "calibrate-not-identified" in [p.code for p in found.problems]


def test_one_route_driven_ten_times_tells_no_class_from_another(network):
    one = observe(at_true_speeds(network), 1, noise=0.0).trips[0]
    noise = np.random.default_rng(2).normal(1, 0.05, 12)
    trips = tuple(replace(one, row=2 + k, minutes=one.minutes * n) for k, n in enumerate(noise))
    found = calibrate(network, replace(observe(network, 10), trips=trips))
    assert not [row for row in found.classes if row.state == "measured"]


@pytest.mark.slow
def test_true_factors_lie_in_their_intervals(network):
    inside = total = 0
    for seed in range(8):
        found = calibrate(network, observe(at_true_speeds(network), 60, noise=0.08, seed=seed))
        for row in found.classes:
            if row.low is not None:
                total += 1
                inside += row.low <= TRUE[row.name] <= row.high
    assert total >= 20
    assert inside >= 0.8 * total  # 95 % of many


def test_intervals_are_told_everywhere(found):
    (trunk,) = [row for row in found.classes if row.name == "trunk"]
    assert trunk.low < trunk.factor < trunk.high
    told = f"{trunk.low:.2f}–{trunk.high:.2f}"
    assert f"(x {trunk.factor:.3f}, 95 %: {told})" in calibration_text(found, Lang.EN)
    (row,) = [row for row in calibration_json(found)["classes"] if row["name"] == "trunk"]
    assert (row["low"], row["high"], row["state"]) == (trunk.low, trunk.high, "measured")
    assert f"(95 %: {trunk.low:.2f}-{trunk.high:.2f})" in found.profile.lookup()["trunk"].source


# --- the fit alone


def routes(minutes, km, *, kmh=(60.0,), cap=(np.inf,), of=(0,), fixed=0.0):
    count = len(minutes)
    return FixedRoutes(
        np.array(minutes, float),
        np.ones(count),
        np.full(count, fixed),
        np.array(km, float),
        np.array(kmh),
        np.array(cap),
        np.array(of),
        np.full(max(of) + 1, 2.0),
    )


def test_one_class_by_hand():
    # 30 km at 60 km/h is 30 min; observed 25: 1.2 times as fast, but for the pull of the prior
    found = fit_factors(routes([25.0] * 20, [[30.0]] * 20), np.ones(1))
    assert found[0] == pytest.approx(1.2, rel=1e-3)


def test_fixed_minutes_are_not_scaled():
    found = fit_factors(routes([35.0] * 20, [[30.0]] * 20, fixed=10.0), np.ones(1))
    assert found[0] == pytest.approx(1.2, rel=1e-3)


def test_a_cap_holds():
    # half of the way is capped at 60; the rest must make up for what it can
    case = routes([25.0] * 20, [[15.0, 15.0]] * 20, kmh=(60.0, 60.0), cap=(np.inf, 60.0), of=(0, 0))
    assert fit_factors(case, np.ones(1))[0] == pytest.approx(1.5, rel=1e-3)
    assert case.predicted(np.array([1.5])) == pytest.approx([25.0] * 20)


def test_one_trip_hardly_moves_the_factor():
    many = routes([40.0 + 2 * (-1) ** i for i in range(40)], [[30.0]] * 40)
    assert fit_factors(many, np.ones(1))[0] == pytest.approx(0.75, rel=0.03)


def test_held_out_times_do_not_know_their_own_trip():
    case = routes([30.0] * 9 + [90.0], [[30.0]] * 10)
    alone = held_out(case, np.ones(1), np.arange(10), 10)
    assert alone[9] == pytest.approx(30.0, rel=0.01)


def test_the_loss_grows_with_errors_but_slowly_with_large_ones():
    minutes, one = np.full(4, 25.0), np.ones(4)
    small, large = np.array([1.0, 0, 0, 0]), np.array([50.0, 0, 0, 0])
    assert objective(small, minutes, one) < objective(2 * small, minutes, one)
    ratio = objective(2 * large, minutes, one) / objective(large, minutes, one)
    assert ratio < 2.5


# --- the table


def test_a_table_as_colleagues_write_it(tmp_path):
    path = tmp_path / "観測.csv"
    path.write_bytes(
        "出発地,出発経度,出発緯度,到着地,到着経度,到着緯度,所要時間（分）,回数,日時,出典\r\n"
        "市役所,130.70,32.80,病院,１３０．８０,32.85,２５,3,R8.10.1 9:30,NITAS\r\n"
        "駅,130.71,32.80,病院,130.80,32.85,22.5,,いつか,救急\r\n".encode("cp932")
    )
    observed = read_trips(path)
    first, second = observed.trips
    assert (first.row, first.minutes, first.weight, first.to_lon) == (2, 25.0, 3.0, 130.8)
    assert (first.from_name, str(first.day), first.source) == ("市役所", "2026-10-01", "NITAS")
    assert (second.weight, second.day) == (1.0, None)
    assert observed.days == ("2026-10-01", "2026-10-01")
    assert observed.sources == ("NITAS", "救急")
    assert [(p.code, p.row, p.column) for p in observed.problems] == [
        ("date-not-understood", 3, "日時")
    ]


def test_a_hostile_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "from_lon,from_lat,to_lon,to_lat,minutes,weight\n"
        "130.7,32.8,130.8,32.9,30,1\n"
        "x,32.8,130.8,32.9,30,1\n"
        "32.8,130.7,130.8,32.9,30,1\n"
        "130.7,32.8,130.8,32.9,-5,1\n"
        "130.7,32.8,130.8,32.9,nan,1\n"
        "130.7,32.8,130.8,32.9,1801,1\n"
        "130.7,32.8,130.7,32.8,30,1\n"
        "130.7,32.8,130.8,32.9,0.5,1\n"
        "130.7,32.8,130.8,32.9,30,0\n"
        "130.7,32.8,130.701,32.8,300,1\n"
        "130.7\n",
        "utf-8",
    )
    with pytest.raises(NetworkDataError) as caught:
        read_trips(path)
    found = {(p.code, p.row, p.column) for p in caught.value.problems}
    assert found >= {
        ("not-a-number", 3, "from_lon"),
        ("trip-position", 4, "from_lat"),
        ("trip-value", 5, "minutes"),
        ("not-a-number", 6, "minutes"),
        ("trip-value", 7, "minutes"),
        ("trip-nowhere", 8, "to_lon"),
        ("trip-too-fast", 9, "minutes"),
        ("trip-value", 10, "weight"),
        ("trip-slow", 11, "minutes"),
        ("not-a-number", 12, "minutes"),
    }
    assert not any(p.row == 2 for p in caught.value.problems)


def test_a_table_without_a_column_or_a_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("from_lon,from_lat,to_lon,minutes\n1,2,3,4\n")
    with pytest.raises(NetworkDataError) as caught:
        read_trips(path)
    (problem,) = caught.value.problems
    assert "'to_lat'" in problem.message.en
    assert "to_lat" in problem.remedy.ja
    with pytest.raises(MissingFileError):
        read_trips(tmp_path / "none.csv")


def test_what_is_written_is_read(tmp_path, network):
    observed = observe(network, 12)
    path = tmp_path / "a.csv"
    path.write_text(as_csv(observed), "utf-8")
    again = read_trips(path)
    assert [t.from_lon for t in again.trips] == [t.from_lon for t in observed.trips]
    assert again.days == ("2026-10-01", "2026-10-12")
