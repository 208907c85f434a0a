"""Made-up runs that judge units of ground: every kind of unit, every state, several results.

Municipalities are those of the run that is given (the fabricated one or the sample); what was
found of them is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from boundaries import ellipsoidal_km2
from boundaries.geometry import polygons
from boundaries.types import CutEntry
from groundfloor.problems import Text
from spots.types import (
    Accuracy,
    Clause,
    ClauseRole,
    GroundResult,
    ListedEntry,
    Position,
    ResultKind,
    RunResult,
    State,
    Truth,
    Unit,
    UnitKind,
    UnitVerdict,
)
from tests.helpers.fabricated import circle, fabricated_result

NOTHING_LEFT = MultiPolygon()
FIRST, LAST = date(2027, 4, 1), date(2030, 3, 31)
COUNCILS = (date(2026, 8, 3), date(2026, 10, 20))
REMOTE = Text(
    "人口10万人当たりの医師数が県平均に満たないため", "doctors per 100,000 below the mean"
)
VISITS = Text("無医地区への巡回診療", "visits to districts without a doctor")
#: Units below the municipality: id, kind, name, municipality, longitude, latitude, radius.
_PLACES = (
    ("districts:izumi", UnitKind.DISTRICT, "泉町", "43202", 130.74, 32.55, 3000, False),
    ("islands:yushima", UnitKind.ISLAND, "湯島", "43212", 130.335, 32.5, 900, False),
    ("points:hirano", UnitKind.POINT, "平野", "43447", 131.1, 32.7, 8700, True),
)


def clause(
    select: str,
    truth: Truth,
    text: Text,
    *,
    role: ClauseRole = ClauseRole.TAKES_IN,
    reason: Text | None = None,
) -> Clause:
    """Return what a selection found."""
    return Clause(select, role, truth, text, reason)


_FEW = clause(
    "few",
    Truth.MET,
    Text("人口10万人当たり医師数 120.5 ＜ 255.6", "doctors per 100,000: 120.5 < 255.6"),
    reason=REMOTE,
)
_MANY = clause(
    "few", Truth.NOT_MET, Text("人口10万人当たり医師数 301.0 ≧ 255.6", "301.0 is not below 255.6")
)
_BLANK = clause(
    "few", Truth.UNDETERMINED, Text("人口10万人当たり医師数が空欄", "its number is blank")
)
_CAPITAL = clause(
    "few",
    Truth.MET,
    Text("熊本市を除く", "all but Kumamoto"),
    role=ClauseRole.EXCEPTION,
    reason=Text("他の医療機関への通院が容易なため", "other institutions are near"),
)


def municipality(result: RunResult, code: str) -> Unit:
    """Return a municipality of a run as a unit."""
    row = result.municipalities.loc[code]
    area = () if row["area_code"] is None else (str(row["area_code"]),)
    name = str(row["name"])
    ground = polygons(row["geometry"])
    return Unit(
        f"municipality:{code}",
        UnitKind.MUNICIPALITY,
        name,
        code,
        (code,),
        name,
        area,
        ground,
    )


def judged(
    result: str,
    unit: Unit,
    state: State,
    reason: Text,
    *clauses: Clause,
    ground: BaseGeometry | None = None,
) -> UnitVerdict:
    """Return a unit's verdict; the ground that is designated is all of it by default."""
    whole = unit.geometry or NOTHING_LEFT
    kept = polygons(ground if ground is not None else whole)
    kept = kept if state is State.DESIGNATED else NOTHING_LEFT
    size, before = ellipsoidal_km2(kept), ellipsoidal_km2(whole)
    cut = () if size == before or kept.is_empty else (CutEntry("land", before - size, size),)
    return UnitVerdict(
        result,
        unit,
        state,
        reason,
        clauses,
        kept,
        before,
        size,
        cut,
        valid_from=FIRST,
        valid_to=LAST,
        population=round(size * 11.0, 1) if state is State.DESIGNATED else None,
    )


def _municipalities(run: RunResult) -> Iterator[UnitVerdict]:
    found = {
        "43424": (State.DESIGNATED, REMOTE, _FEW),
        "43213": (State.MOOT, Text("宇城は医師少数区域です", "Uki is a shortage area"), _FEW),
        "43100": (State.EXCLUDED, _CAPITAL.reason, _CAPITAL),
        "43202": (State.NOT_MET, _MANY.text, _MANY),
        "43203": (State.UNDETERMINED, _BLANK.text, _BLANK),
    }
    for code, (state, reason, found_clause) in found.items():
        assert reason is not None
        yield judged("spots", municipality(run, code), state, reason, found_clause)


def _small(run: RunResult) -> Iterator[UnitVerdict]:
    for row, (key, kind, name, code, lon, lat, radius_m, listed) in enumerate(_PLACES, 2):
        town = municipality(run, code)
        where = Position(lon, lat, Accuracy.POINT, "一覧") if listed else None
        entry = ListedEntry(
            name,
            town.name,
            key.partition(":")[2],
            VISITS.ja,
            councils=COUNCILS,
            page="42",
            on_application=listed,
            file="places.csv",
            row=row,
        )
        unit = replace(
            town,
            id=key,
            kind=kind,
            name=name,
            code=entry.code,
            geometry=polygons(circle(lon, lat, radius_m)),
            position=where,
            radius_m=radius_m if listed else None,
            layer=key.partition(":")[0],
            entry=entry,
        )
        named = replace(
            clause("named", Truth.MET, Text("一覧に記載", "named in the list")), entry=entry
        )
        sea = shapely.intersection(unit.geometry, circle(lon + 0.005, lat, radius_m))
        verdict = judged("spots", unit, State.DESIGNATED, VISITS, named, ground=sea)
        yield replace(verdict, service=VISITS, councils=COUNCILS, page="42", on_application=listed)


def _institution(run: RunResult, result: str) -> Iterator[UnitVerdict]:
    """Yield the first institution of a run itself, without ground."""
    for verdict in run.verdicts[:1]:
        facility, place = verdict.facility, verdict.place
        unit = Unit(
            f"facility:{facility.id}",
            UnitKind.FACILITY,
            facility.name,
            facility.id,
            (place.municipality_code,) if place.municipality_code else (),
            place.municipality,
            (place.area_code,) if place.area_code else (),
            position=facility.position,
        )
        named = clause("named", Truth.MET, Text("一覧に記載", "named in the list"))
        yield judged(result, unit, State.DESIGNATED, VISITS, named)


def _support(run: RunResult) -> Iterator[UnitVerdict]:
    spot = clause("spots", Truth.MET, Text("医師少数スポット", "a physician-shortage spot"))
    yield judged("support", municipality(run, "43424"), State.DESIGNATED, REMOTE, spot)
    yield judged("support", municipality(run, "43213"), State.DESIGNATED, REMOTE, _FEW)
    yield judged("support", municipality(run, "43100"), State.NOT_MET, _MANY.text, _MANY)
    yield judged("support", municipality(run, "43203"), State.UNDETERMINED, _BLANK.text, _BLANK)
    area = run.areas.loc["4309" if "4309" in run.areas.index else "4308"]
    code = str(area.name)
    inside = tuple(
        sorted(map(str, run.municipalities.index[run.municipalities["area_code"] == code]))
    )
    unit = Unit(
        f"medical_area:{code}",
        UnitKind.MEDICAL_AREA,
        str(area["name"]),
        code,
        inside,
        area_codes=(code,),
        geometry=polygons(area["geometry"]),
    )
    yield judged("support", unit, State.DESIGNATED, REMOTE, _FEW)


def _ground(
    key: str, kind: ResultKind, title: Text, verdicts: Iterable[UnitVerdict]
) -> GroundResult:
    found = [v for v in verdicts if v.result == key]
    union = polygons(shapely.union_all([v.geometry for v in found]))
    people = sum(v.population or 0 for v in found)
    return GroundResult(key, kind, title, union, ellipsoidal_km2(union), FIRST, LAST, people)


def with_units(run: RunResult) -> RunResult:
    """Return a run that judged units of ground too."""
    units = (
        *_municipalities(run),
        *_small(run),
        *_institution(run, "spots"),
        *_support(run),
        *_institution(run, "programme"),
    )
    grounds = (
        _ground("spots", ResultKind.SPOT, Text("医師少数スポット", "spots"), units),
        _ground(
            "support",
            ResultKind.SUPPORT_AREA,
            Text("重点医師偏在対策支援区域", "support areas"),
            units,
        ),
        _ground("programme", ResultKind.PROGRAMME, Text("対象の医療機関", "institutions"), units),
    )
    return replace(run, units=units, grounds=grounds)


def without_facilities(run: RunResult) -> RunResult:
    """Return a run of units alone: no facility, no rule, no roads."""
    bare = replace(
        run,
        settings=replace(
            run.settings,
            title=Text("市町村による設定", "By municipality"),
            policy_title=Text("市町村による設定基準", "A policy by municipality"),
            threshold_ms=None,
            criteria=(),
            lines=((Text("設定期間", "Period"), Text("令和9年4月1日～", "from 2027-04-01")),),
            caveats=(),
        ),
        verdicts=(),
        spots=(),
        dissolved=NOTHING_LEFT,
        dissolved_km2=0.0,
        layers=(),
        network=None,
        closures=None,
        surroundings=None,
        problems=(),
        inputs=tuple(r for r in run.inputs if r.role not in {"facilities", "network", "towns"}),
        population=None,
        dissolved_population=None,
        population_ground=None,
    )
    return with_units(bare)


def institutions_alone() -> RunResult:
    """Return a run whose policy classes institutions by name: no rule, no circle, no ground."""
    run = fabricated_result()
    named = ("soyo", "oguni", "kuma")  # the last has no position
    units = []
    for verdict in run.verdicts:
        (made,) = _institution(replace(run, verdicts=(verdict,)), "programme")
        taken = verdict.facility.id in named
        state = State.DESIGNATED if taken else State.NOT_MET
        truth = Truth.MET if taken else Truth.NOT_MET
        clauses = (clause("named", truth, Text("一覧の記載", "named in the list")),)
        units.append(replace(made, state=state, clauses=clauses))
    states = {u.unit.code: u.state for u in units}
    title = Text("対象の医療機関", "institutions")
    return replace(
        run,
        settings=replace(
            run.settings, title=title, policy_title=title, criteria=(), threshold_ms=None, lines=()
        ),
        verdicts=tuple(
            replace(v, state=states[v.facility.id], criteria=(), outcomes=()) for v in run.verdicts
        ),
        spots=(),
        dissolved=NOTHING_LEFT,
        dissolved_km2=0.0,
        network=None,
        units=tuple(units),
        grounds=(_ground("programme", ResultKind.PROGRAMME, title, units),),
    )


def ground_result() -> RunResult:
    """Return the fabricated run with units."""
    return with_units(fabricated_result())


def bare_result() -> RunResult:
    """Return the fabricated run of units alone."""
    return without_facilities(fabricated_result())
