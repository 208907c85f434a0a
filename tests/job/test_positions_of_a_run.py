"""``[positions]`` of a run file: who is placed by what, and what of it outputs and replays say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from groundfloor.problems import DataError, Lang, MissingFileError, Severity, UsageError
from spots.comparing import compare
from spots.comparing.changes import Aspect, Cause, Certainty
from spots.explaining import explain, explanation_text
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.outputs.evidence import load_result
from spots.outputs.folder import write_folder
from spots.outputs.position_sheet import positions_csv, positions_sheet
from spots.types import Accuracy, Facility, PositionDoubt, PositionMatch, RunResult, State
from tests.helpers.facility_lists import codes, only
from tests.helpers.small_job import BASE, CLINICS, HOSPITALS, IDS, RUN, write_job

#: As 医療情報ネット has them: others beside, three digits of a code, 0.0 where nobody knows.
SOURCE = (
    "ID,正式名称,都道府県コード,市区町村コード,所在地,緯度,経度\n"
    "1,医療法人　そよう病院,43,447,熊本県上益城郡山都町滝上４７６番地,32.6953,131.1505\n"
    "2,井無田診療所,43,447,熊本県上益城郡山都町井無田１,32.7310,131.0994\n"
    "3,芳野診療所,43,101,熊本県熊本市西区河内町1,32.8000,130.8000\n"
    "4,矢部広域病院,43,447,熊本県上益城郡山都町北中島1,32.7080,131.0500\n"
    "5,社会福祉法人恩賜財団済生会みすみ病院,43,213,熊本県宇城市三角町１,32.7010,130.6000\n"
    "6,小国公立病院,43,424,熊本県阿蘇郡小国町宮原1743,0.0,0.0\n"
    "7,別の病院,43,424,熊本県阿蘇郡小国町宮原1,33.1210,131.1010\n"
    "8,,43,424,熊本県阿蘇郡小国町宮原2,33.1210,131.1010\n"
)
POSITIONS = '\n[positions]\nfile = "source.csv"\nsource = "医療情報ネット"\nas_of = "R7.6.1"\n'
TOWNS = "pref,city,town,koaza,lat,lng\n熊本県,阿蘇郡小国町,大字宮原,,33.1200,131.1000\n"


def bare(text: str, *kept: str) -> str:
    """Return a list without coordinates, but for the rows of the ids that are kept."""
    head, *rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [head, *(r if r[0] in kept else [*r[:4], "", "", *r[6:]] for r in rows)]
    )
    return out.getvalue()


LISTS = {
    "base.csv": bare(BASE),
    "clinics.csv": bare(CLINICS),
    "hospitals.csv": bare(HOSPITALS, "H1"),
}


def job(folder: Path, positions: str = POSITIONS, **files: str | bytes | None) -> Path:
    named = {name.replace("__", "."): content for name, content in files.items()}
    given = {**LISTS, "source.csv": SOURCE, "run.toml": RUN + positions, **named}
    return write_job(folder, given)


def run(path: Path, facilities: Sequence[str] = ()) -> RunResult:
    return execute(read_run_file(path, facilities))


def by_id(result: RunResult) -> dict[str, Facility]:
    return {v.facility.id: v.facility for v in result.verdicts}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose positions come from a source."""
    path = job(tmp_path_factory.mktemp("job"))
    write_folder(run(path), path.parent / "out")
    return path.parent / "out"


@pytest.fixture(scope="module")
def result(folder: Path) -> RunResult:
    return load_result(folder)


@pytest.mark.slow
def test_facilities_stand_where_the_source_has_them(result: RunResult) -> None:
    found = by_id(result)
    assert list(found) == IDS  # nobody of the source is in the run
    assert {i: f.position and (f.position.lat, f.position.lon) for i, f in found.items()} == {
        "B1": (32.6953, 131.1505),
        "C1": (32.7310, 131.0994),
        "C2": (32.8, 130.8),
        "H1": (32.7020, 131.05),
        "H2": (32.7010, 130.6),
        "H3": None,
    }
    how = {i: f.looked_up and f.looked_up.how for i, f in found.items()}
    assert how == {
        "B1": PositionMatch.FOLDED,
        "C1": PositionMatch.EXACT,
        "C2": PositionMatch.EXACT,
        "H1": PositionMatch.EXACT,
        "H2": PositionMatch.OWNER,
        "H3": None,
    }
    assert found["B1"].position.source == "医療情報ネット: 医療法人　そよう病院"


def test_own_coordinates_hold_and_the_difference_is_told(result: RunResult) -> None:
    said = by_id(result)["H1"].looked_up
    assert said.own
    assert 660 < said.gap_m < 670
    assert only(result.problems, "position-differs").value == "矢部広域病院"


def test_what_is_not_found_is_told_and_stays_undetermined(result: RunResult) -> None:
    said = by_id(result)["H3"].looked_up
    assert said.why is PositionDoubt.NO_COORDINATES
    assert only(result.problems, "position-not-found").value == "小国公立病院"
    state = {v.facility.id: v.state for v in result.verdicts}
    assert state["H3"] is State.UNDETERMINED
    assert not {"no-coordinates", "zero-coordinates"} & set(codes(result.problems))


def test_the_source_is_an_input_and_attributed(result: RunResult) -> None:
    (record,) = [r for r in result.inputs if r.role == "positions"]
    assert (record.file, record.source, record.as_of) == (
        "source.csv",
        "医療情報ネット",
        "2025-06-01",
    )
    assert record.key == "positions[1].file"
    assert "医療情報ネット" in result.settings.attributions


def test_the_review_has_every_facility_that_was_asked_about(folder: Path) -> None:
    text = (folder / "positions.csv").read_text(encoding="utf-8-sig")
    rows = {row["facility_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert list(rows) == IDS
    soyo, yabe, oguni = rows["B1"], rows["H1"], rows["H3"]
    assert (soyo["position_match"], soyo["record_name"]) == ("folded", "医療法人　そよう病院")
    assert (soyo["position_accuracy"], soyo["record_row"]) == ("point", "source.csv:2")
    assert (soyo["own_coordinates"], yabe["own_coordinates"]) == ("false", "true")
    assert 660 < float(yabe["gap_m"]) < 670
    assert (oguni["position_doubt"], oguni["lat"]) == ("no_coordinates", "")
    assert "小国公立病院" in oguni["candidates"]


@pytest.mark.parametrize("lang", list(Lang))
def test_sheet_columns_and_dossier_say_it(result: RunResult, folder: Path, lang: Lang) -> None:
    sheet = positions_sheet(result, lang)
    assert sheet is not None
    assert sheet.tab == {Lang.JA: "位置の照合", Lang.EN: "Positions"}[lang]
    assert len(sheet.rows) == len(IDS)
    words = explanation_text(explain(result, "B1"), lang)
    assert "医療法人　そよう病院" in words
    text = (folder / "facilities.csv").read_text(encoding="utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text)))
    assert first["position_source"] == "医療情報ネット: 医療法人　そよう病院"
    assert first["position_match"] == "folded"
    assert "医療法人　そよう病院" in (folder / "map.html").read_text(encoding="utf-8")


def test_nobody_of_the_source_is_in_any_output(folder: Path) -> None:
    for name in ("evidence.json", "facilities.csv", "facilities.geojson", "map.html", "run.json"):
        assert "別の病院" not in (folder / name).read_text(encoding="utf-8"), name


def test_a_run_without_sources_says_nothing_of_them(tmp_path: Path) -> None:
    path = write_job(tmp_path)
    found = run(path)
    assert positions_sheet(found, Lang.JA) is None
    assert all(f.looked_up is None for f in by_id(found).values())
    write_folder(found, tmp_path / "out", extra={})
    assert not (tmp_path / "out" / "positions.csv").exists()


@pytest.mark.slow
def test_a_replay_is_the_same_and_a_changed_source_is_named(tmp_path: Path) -> None:
    path = job(tmp_path)
    found = run(path)
    write_folder(found, tmp_path / "out")
    again = run(tmp_path / "out" / "run.json")
    assert positions_csv(again) == positions_csv(found)
    (tmp_path / "source.csv").write_text(SOURCE.replace("32.6953", "32.6954"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_run_file(tmp_path / "out" / "run.json")
    told = only(caught.value.problems, "input-changed")
    assert told.column == "positions[1].file"


def test_a_source_that_changed_is_the_cause_of_what_moved(folder: Path, tmp_path: Path) -> None:
    old = load_result(folder)
    new = run(job(tmp_path, source__csv=SOURCE.replace("32.7310,131.0994", "32.7410,131.0994")))
    found = compare(old, new)
    assert found.causes == (Cause.POSITIONS,)
    (change,) = [c for c in found.facilities if c.new and c.new.facility.id == "C1"]
    assert Aspect.POSITION in change.aspects
    assert (change.why[0].cause, change.why[0].certainty) == (Cause.POSITIONS, Certainty.PROVEN)
    assert "医療情報ネット" in change.why[0].text.ja


@pytest.mark.slow
@pytest.mark.parametrize(
    "where",
    ["out", "out/run.json", "out/evidence.json", "out/facilities.csv", "out/facilities.geojson"],
)
def test_last_years_run_is_a_source(folder: Path, tmp_path: Path, where: str) -> None:
    """What it was asked to place is where it was; whom it did not place stays without."""
    last = folder.parent / where
    found = by_id(run(job(tmp_path, f'\n[positions]\nfile = "{last}"\n')))
    before = by_id(load_result(folder))
    for name, facility in found.items():
        was = before[name].position
        assert (facility.position is None) is (was is None), name
        if was is not None:
            assert (facility.position.lon, facility.position.lat) == (was.lon, was.lat)


@pytest.mark.slow
def test_a_town_blocks_point_of_last_years_run_stays_one(tmp_path: Path) -> None:
    towns = POSITIONS + '\n[towns]\nfile = "towns.csv"\n'
    path = job(tmp_path, towns, towns__csv=TOWNS)
    first = run(path)
    assert by_id(first)["H3"].position.accuracy is Accuracy.TOWN
    write_folder(first, tmp_path / "out")
    for where in ("out", "out/facilities.csv"):
        text = RUN + f'\n[positions]\nfile = "{where}"\n'
        (tmp_path / "run.toml").write_text(text, encoding="utf-8")
        assert by_id(run(path))["H3"].position.accuracy is Accuracy.TOWN


@pytest.mark.parametrize(
    "more",
    [
        '\n[towns]\nfile = "towns.csv"\n',
        '\n[[positions]]\nfile = ["source.csv", "towns.csv"]\n',
        '\n[[positions]]\nfile = "source.csv"\n[[positions]]\nfile = "towns.csv"\nformat = "towns"\n',
    ],
)
def test_towns_are_asked_last_whatever_they_are_called(tmp_path: Path, more: str) -> None:
    text = more if "positions" in more else POSITIONS + more
    found = run(job(tmp_path, text, towns__csv=TOWNS))
    oguni = by_id(found)["H3"]
    assert (oguni.position.lat, oguni.looked_up.how) == (33.12, PositionMatch.TOWN)
    assert oguni.looked_up.why is PositionDoubt.NO_COORDINATES
    assert "placed-by-town" in codes(found.problems)
    assert "position-not-found" not in codes(found.problems)


def test_a_point_outside_of_the_municipality_is_not_taken(tmp_path: Path) -> None:
    found = run(job(tmp_path, source__csv=SOURCE.replace("32.7310,131.0994", "33.0500,130.4500")))
    said = by_id(found)["C1"].looked_up
    assert (by_id(found)["C1"].position, said.why) == (None, PositionDoubt.OUTSIDE)
    assert said.outside_m > 40_000


def test_two_that_are_placed_at_one_point_are_doubted_as_others_are(tmp_path: Path) -> None:
    """Sites and doubles are asked after positions are known, wherever these come from."""
    beside = SOURCE.replace("32.7080,131.0500", "32.6953,131.1505")
    lists = {"hospitals__csv": bare(HOSPITALS)}
    found = run(job(tmp_path, source__csv=beside, **lists))
    assert {d.id for d in by_id(found)["B1"].doubles} == {"H1"}


def test_an_address_of_before_a_merger_is_in_todays_municipality(tmp_path: Path) -> None:
    """矢部町 has been a part of 山都町 since 2005: the record says where that is today."""
    old = "医療機関名,所在地\n矢部広域病院,熊本県上益城郡矢部町北中島1\n"
    found = run(job(tmp_path, hospitals__csv=old))
    (verdict,) = [v for v in found.verdicts if v.facility.name == "矢部広域病院"]
    assert verdict.facility.position is not None
    assert (verdict.place.municipality, verdict.place.problem) == ("山都町", None)


def test_a_new_list_is_looked_up_too(tmp_path: Path) -> None:
    path = job(tmp_path)
    new = tmp_path / "new.csv"
    new.write_text("医療機関名,所在地\n井無田診療所,山都町井無田1\n", encoding="utf-8")
    found = run(path, [f"へき地診療所={new}"])
    (clinic,) = [f for f in by_id(found).values() if f.name == "井無田診療所"]
    assert clinic.position is not None


def test_columns_where_and_names_are_those_of_lists(tmp_path: Path) -> None:
    text = (
        '\n[positions]\nfile = "source.csv"\n'
        'columns = { name = "施設" }\nwhere = { "区分" = ["病院"] }\n'
        '[positions.names]\n"小国公立病院" = "小国郷病院"\n'
    )
    source = (
        "施設,名称,区分,所在地,緯度,経度\n"
        "そよう病院,X,病院,山都町滝上476,32.6953,131.1505\n"
        "井無田診療所,Y,診療所,山都町井無田1,32.7310,131.0994\n"
        "小国郷病院,Z,病院,小国町宮原9,33.1210,131.1010\n"
    )
    found = by_id(run(job(tmp_path, text, source__csv=source)))
    assert found["B1"].position is not None
    assert found["C1"].position is None
    assert found["H3"].looked_up.how is PositionMatch.HAND


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("正式名称,所在地\nそよう病院,山都町滝上476\n", "positions-without-coordinates"),
        (
            "正式名称,所在地,緯度,経度\nそよう病院,山都町滝上476,0.0,0.0\n",
            "positions-without-coordinates",
        ),
        ("a,b\n1,2\n", "column-missing"),
        ("", "empty-file"),
    ],
)
def test_a_source_without_use_is_an_error_that_names_it(
    tmp_path: Path, content: str, code: str
) -> None:
    with pytest.raises(DataError) as caught:
        run(job(tmp_path, source__csv=content))
    errors = [p for p in caught.value.problems if p.severity is Severity.ERROR]
    assert {p.file for p in errors} == {"source.csv"}
    assert code in codes(errors)


def test_a_source_of_nobody_and_one_of_elsewhere_are_told(tmp_path: Path) -> None:
    head = "正式名称,所在地,緯度,経度\n"
    nobody = head + "知らない病院,熊本県山都町滝上9,32.69,131.15\n"
    found = run(job(tmp_path / "a", source__csv=nobody))
    assert "positions-none-matched" in codes(found.problems)
    elsewhere = head + "そよう病院,大分県大分市1,33.23,131.60\n"
    found = run(job(tmp_path / "b", source__csv=elsewhere))
    told = only(found.problems, "positions-elsewhere")
    assert "大分県" in told.message.ja
    assert "熊本県" in told.message.ja


def test_mistakes_of_the_run_file_are_told_by_their_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_run_file(job(tmp_path, '\n[positions]\nfile = "source.csv"\nformat = "csv"\n'))
    assert caught.value.problems[0].column == "positions.format"
    with pytest.raises(MissingFileError) as lost:
        read_run_file(job(tmp_path, '\n[positions]\nfile = ["source.csv", "lost.csv"]\n'))
    assert (lost.value.problems[0].value, lost.value.problems[0].row) == ("lost.csv", 33)
    with pytest.raises(UsageError):
        read_run_file(job(tmp_path, '\n[positions]\nfile = "source.csv"\nas_of = "x"\n'))


def test_an_older_result_without_lookups_is_read(folder: Path, tmp_path: Path) -> None:
    page = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    assert page["version"] == 5
    for verdict in page["result"]["verdicts"]:
        del verdict["facility"]["looked_up"]
    last = tmp_path / "evidence.json"
    last.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    found = by_id(run(job(tmp_path / "job", f'\n[positions]\nfile = "{last}"\n')))
    assert found["B1"].position is not None


def test_a_damaged_result_is_told(tmp_path: Path) -> None:
    page = {"format": "shortage-spots/evidence", "version": 5, "result": {"verdicts": [{}]}}
    (tmp_path / "evidence.json").write_text(json.dumps(page), encoding="utf-8")
    last = tmp_path / "evidence.json"
    with pytest.raises(DataError) as caught:
        run(job(tmp_path / "job", f'\n[positions]\nfile = "{last}"\n'))
    assert "positions-result-unreadable" in codes(caught.value.problems)
