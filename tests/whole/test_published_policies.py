"""The presets of seven prefectures against what those prefectures published.

Outlines, areas, indices and the published results are real and are read where they are at hand;
outlines that are not (八幡平市安代, 岩手町川口, 伊島, districts of 岡山) are made here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from groundfloor.problems import DataError
from spots.types import RunResult, State
from spots.types.ground_units import UnitKind, UnitVerdict
from tests.helpers.folders import FIELD_DATA
from tests.helpers.run_results import run

INDEX = FIELD_DATA / "indicators" / "physician_index_2024-01_all_areas.csv"
AREAS = FIELD_DATA / "boundaries" / "municipality_to_medical_area.csv"
PUBLISHED = FIELD_DATA / "designations" / "published_2025.csv"
NAMED = FIELD_DATA / "programmes" / "aomori_named_institutions.csv"
HOSPITALS = FIELD_DATA / "facilities" / "bed_function_report_R7_flags.csv"

pytestmark = pytest.mark.skipif(not PUBLISHED.is_file(), reason="the field data are not at hand")

DOCTORS_NATIONAL = 256.6


def outlines(code: str) -> gpd.GeoDataFrame:
    """The municipalities of a prefecture, wards apart."""
    frame = gpd.read_file(FIELD_DATA / "boundaries" / f"municipalities_{code}_simplified.geojson")
    return frame.dissolve("N03_007", as_index=True)


def run_file(folder: Path, code: str, preset: str, more: str = "", *, areas: bool = True) -> Path:
    """Write a run file of a preset over the field data."""
    ground = FIELD_DATA / "boundaries" / f"municipalities_{code}_simplified.geojson"
    text = f"[policy]\npreset = {preset!r}\n\n[municipalities]\nfile = {str(ground)!r}\n"
    if areas:
        text += (
            f"\n[medical_areas]\nfile = {str(AREAS)!r}\n"
            f"\n[physician_index]\nfile = {str(INDEX)!r}\nedition = '2024-01'\n"
            "shortage_at_most = 179.3\nsurplus_at_least = 217.6\nnational_average = 255.6\n"
        )
    path = folder / "run.toml"
    path.write_text(f"{text}\n{more}", encoding="utf-8")
    return path


def published(code: str, kind: str, condition: str = "", unit: str = "municipality") -> set[str]:
    """The names that a prefecture published."""
    with PUBLISHED.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        r["name"]
        for r in rows
        if (r["pref_code"], r["kind"], r["unit"]) == (code, kind, unit)
        and r["condition_as_published"].startswith(condition)
    }


def chosen(result: RunResult, name: str, clause: str = "") -> set[str]:
    """The names of the designated units of a result, or of those that a clause takes in."""
    return {
        v.unit.name
        for v in result.units
        if v.result == name and v.state is State.DESIGNATED and (not clause or clause in v.met)
    }


def unit(result: RunResult, name: str, of: str) -> UnitVerdict:
    """The one unit of that name in a result."""
    (found,) = [v for v in result.units if v.result == of and v.unit.name == name]
    return found


def layer(folder: Path, file: str, rows: Sequence[dict[str, object]]) -> None:
    """Write polygons with the columns of an office."""
    gpd.GeoDataFrame(list(rows), crs=6668).to_file(folder / file)


def square_in(code: str, town: str, size: float = 0.02) -> object:
    """A square inside a municipality."""
    at = outlines(code).geometry.loc[town].representative_point()
    return box(at.x - size / 2, at.y - size / 2, at.x + size / 2, at.y + size / 2)


# --- 岡山


def doctors(folder: Path) -> None:
    """Doctors per 100,000: below the average where the third condition has to choose."""
    low = published("33", "support_area", "(3)") | published("33", "support_area", "(2)")
    frame = outlines("33")
    with (folder / "doctors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["市区町村コード", "市区町村名", "doctors_per_100k"])
        for code, name in frame["N03_004"].items():
            number = "33100" if code.startswith("3310") else str(code)
            if number == "33100":
                continue
            writer.writerow([number, name, 150.0 if name in low else 300.5])
        writer.writerow(["33100", "岡山市", 400.0])


OKAYAMA = """
[[tables]]
name = "doctors"
file = "doctors.csv"
national_average = { doctors_per_100k = 256.6 }

[[units]]
name = "districts"
unit = "district"
file = "districts.gpkg"

[[entries]]
name = "applications"
file = "applications.csv"
"""


def applications(folder: Path, days: str) -> None:
    """Districts of three towns, and their applications."""
    towns = [
        ("33101", "岡山市", "建部地区"),
        ("33202", "倉敷市", "児島地区"),
        ("33423", "早島町", "中央地区"),
    ]
    rows = [
        {"名称": name, "市区町村": town, "geometry": square_in("33", code)}
        for code, town, name in towns
    ]
    layer(folder, "districts.gpkg", rows)
    lines = ["名称,市区町村,設定理由,サービス,地域医療対策協議会,保険者協議会,申請"]
    lines += [f"{n},{t},診療所の医師を確保するため,一次診療,{days},{days},○" for _, t, n in towns]
    (folder / "applications.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def okayama(folder: Path, days: str = "令和7年11月5日") -> RunResult:
    doctors(folder)
    applications(folder, days)
    return run(run_file(folder, "33", "okayama", OKAYAMA))


def test_okayama_is_24_whole_municipalities_and_the_districts_on_application(tmp_path):
    result = okayama(tmp_path)
    whole = {
        v.unit.name
        for v in result.units
        if v.state is State.DESIGNATED and v.unit.kind is UnitKind.MUNICIPALITY
    }
    assert whole == published("33", "support_area")
    assert [len(chosen(result, "support_area", n)) for n in "1234"] == [4, 8, 12, 3]
    for number in "123":
        named = published("33", "support_area", f"({number})")
        assert chosen(result, "support_area", number) == named
    tsuyama = unit(result, "津山市", "support_area")
    found = {c.select: c for c in tsuyama.clauses}
    assert "196.3" in found["2"].text.ja
    assert "255.6" in found["2"].text.ja
    district = unit(result, "児島地区", "support_area")
    assert district.reason.ja == "診療所の医師を確保するため"
    assert [str(d) for d in district.councils] == ["2025-11-05"]
    assert district.on_application


def test_a_district_without_the_days_of_its_councils_is_open(tmp_path):
    result = okayama(tmp_path, days="")
    states = {v.state for v in result.units if v.unit.kind is UnitKind.DISTRICT}
    assert states == {State.UNDETERMINED}


# --- 長野, 秋田, 静岡


def test_nagano_is_72_of_77(tmp_path):
    result = run(run_file(tmp_path, "20", "nagano"))
    counts = [
        len(chosen(result, "support_area", n)) for n in ("shortage", "neither", "surplus_towns")
    ]
    assert len(result.units) == 77
    assert counts == [32, 26, 14]
    out = {v.unit.name for v in result.units if v.state is not State.DESIGNATED}
    assert {"佐久市", "松本市"} <= out
    assert len(out) == 5
    towns = [v for v in result.units if "surplus_towns" in v.met]
    areas = [result.areas.loc[v.unit.area_codes[0], "name"] for v in towns]
    assert (areas.count("佐久"), areas.count("松本")) == (9, 5)


def test_akita_is_all_but_the_city(tmp_path):
    result = run(run_file(tmp_path, "05", "akita", areas=False))
    names = {v.unit.name for v in result.units}
    assert chosen(result, "support_area") == names - {"秋田市"}
    assert len(names) == 25


def test_shizuoka_is_the_whole_prefecture(tmp_path):
    result = run(run_file(tmp_path, "22", "shizuoka", areas=False))
    (whole,) = result.units
    assert (whole.state, whole.unit.kind) == (State.DESIGNATED, UnitKind.PREFECTURE)
    assert whole.area_km2 == pytest.approx(7777, rel=0.01)  # 国土地理院 2021: 7,777 km²
    assert result.verdicts == ()


# --- 岩手, 徳島


IWATE = """
[[units]]
name = "former"
unit = "former_municipality"
file = "former.gpkg"

[[units]]
name = "districts"
unit = "district"
file = "districts.gpkg"
"""


def iwate(folder: Path, reason: str = "冬季に孤立する地区の診療を続けるため") -> RunResult:
    row = {"設定理由": reason, "サービス": "一次診療"}
    ashiro = {"名称": "安代町", "市区町村": "八幡平市", "geometry": square_in("03", "03214")}
    kawaguchi = {"名称": "川口", "市区町村": "岩手町", "geometry": square_in("03", "03303")}
    layer(folder, "former.gpkg", [ashiro | row])
    layer(folder, "districts.gpkg", [kawaguchi | row])
    return run(run_file(folder, "03", "iwate", IWATE))


@pytest.mark.slow
def test_iwate_is_the_prefecture_without_morioka_and_its_three_spots(tmp_path):
    result = iwate(tmp_path)
    assert chosen(result, "spot") == {"葛巻町", "安代町", "川口"}
    support = chosen(result, "support_area")
    assert {"葛巻町", "安代町", "川口"} <= support
    morioka = {v.unit.name for v in result.units if v.unit.area_codes == ("0301",)}
    assert not support & (morioka - {"葛巻町", "安代町", "川口"})
    everywhere = {v.unit.name for v in result.units if v.unit.kind is UnitKind.MUNICIPALITY}
    assert everywhere - morioka == support - {"葛巻町", "安代町", "川口"}
    assert unit(result, "盛岡市", "support_area").state is State.EXCLUDED
    assert "盛岡" in unit(result, "盛岡市", "support_area").reason.ja
    kuzumaki = unit(result, "葛巻町", "support_area")  # in Morioka, and in as a spot alone
    assert kuzumaki.met == ("spot",)
    assert "盛岡" not in kuzumaki.reason.ja
    spot, area = result.grounds
    assert spot.area_km2 < area.area_km2
    assert area.geometry.buffer(1e-9).covers(spot.geometry)


def test_a_spot_below_the_municipality_without_a_reason_is_an_error_that_names_it(tmp_path):
    with pytest.raises(DataError) as refused:
        iwate(tmp_path, reason="")
    found = [p for p in refused.value.problems if p.code == "unit-without-reason"]
    assert {p.value for p in found} == {"安代町", "川口"}
    assert {p.file for p in found} == {"former.gpkg", "districts.gpkg"}


TOKUSHIMA = """
[[units]]
name = "islands"
unit = "island"
file = "islands.gpkg"
"""


def test_tokushima_is_six_towns_an_island_and_the_area_of_the_west(tmp_path):
    ishima = {
        "名称": "伊島",
        "市区町村": "阿南市",
        "設定理由": "離島の診療所の医師を確保するため",
        "サービス": "離島の診療",
        "geometry": box(134.80, 33.84, 134.83, 33.86),
    }
    layer(tmp_path, "islands.gpkg", [ishima])
    result = run(run_file(tmp_path, "36", "tokushima", TOKUSHIMA))
    towns = published("36", "spot")
    assert len(towns) == 6
    assert chosen(result, "spot") == towns | {"伊島"}
    assert chosen(result, "support_area") == published("36", "support_area")


# --- 青森


def institutions(folder: Path) -> None:
    """Real hospitals of the prefecture, the named institutions, and clinics that are not named."""
    with HOSPITALS.open(encoding="utf-8-sig") as file:
        real = [r for r in csv.DictReader(file) if r["pref"].startswith(("02", "青森"))]
    with NAMED.open(encoding="utf-8") as file:
        named = list(csv.DictReader(file))
    lines = ["医療機関名,市区町村名"]
    lines += [f"{r['institution']},{r['municipality']}" for r in named]
    lines += ["名もない診療所,弘前市", "八戸の診療所,八戸市"]
    have = {r["institution"] for r in named}
    lines += [
        f"{r['name']},{r['municipality']}"
        for r in real
        if r["name"] not in have and r["municipality"]
    ]
    (folder / "institutions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


AOMORI = """
[[facilities]]
name = "医療機関"
file = "institutions.csv"
type = "none"

[[entries]]
name = "named"
file = '{named}'
"""


def test_aomori_takes_institutions_by_municipality_and_25_by_name(tmp_path):
    institutions(tmp_path)
    more = AOMORI.format(named=NAMED)
    result = run(run_file(tmp_path, "02", "aomori", more, areas=False))
    by_name = {v.unit.name: v for v in result.units}
    assert by_name["八戸の診療所"].met == ("outside",)
    assert by_name["県立中央病院"].met == ("named",)
    assert by_name["名もない診療所"].state is State.NOT_MET
    taken = {v.unit.name for v in result.units if "named" in v.met}
    with NAMED.open(encoding="utf-8") as file:
        names = {r["institution"] for r in csv.DictReader(file)}
    assert taken == names
    assert len(names) == 25
