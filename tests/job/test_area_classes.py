"""Whole runs whose areas have a class that is stated, tied, or of another edition."""

from __future__ import annotations

import pytest

from boundaries.types import AreaClass, ClassBasis
from groundfloor.problems import Lang
from spots.comparing import compare, comparison_table
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.telling.dossier import dossier_of
from spots.types import State
from tests.helpers.small_job import AREAS, INDEX, RUN, write_job

HEAD = "area_code,area_name,physician_index,区分\n4312,熊本・上益城,344.3,\n4302,宇城,164.7,\n"


def run(folder, index, text=RUN):
    result = execute(read_run_file(write_job(folder, {"index.csv": index, "run.toml": text})))
    oguni = next(v for v in result.verdicts if v.facility.id == "H3")
    return result, oguni


def codes(result):
    return [p.code for p in result.problems if p.file == "index.csv"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "state", "kind", "said", "told"),
    [
        ("4306,阿蘇,179.3,中間", State.DESIGNATED, AreaClass.NEITHER, [], "区分は指標の表による"),
        ("4306,阿蘇,179.3,少数", State.MOOT, AreaClass.SHORTAGE, [], "区分は指標の表による"),
        (
            "4306,阿蘇,179.3,",
            State.UNDETERMINED,
            AreaClass.UNKNOWN,
            ["index-at-shortage-cut-off"],
            "医師少数の基準値と同じ",
        ),
        (
            "4306,阿蘇,217.6,",
            State.DESIGNATED,
            AreaClass.SURPLUS,
            ["index-at-surplus-cut-off"],
            "医師多数の基準値と同じ",
        ),
        ("4306,阿蘇,184.2,", State.DESIGNATED, AreaClass.NEITHER, [], "医師偏在指標 184.2"),
        (
            "4306,大分中部,243.4,",
            State.UNDETERMINED,
            AreaClass.UNKNOWN,
            ["area-name-disagrees"],
            "指標の表では別の医療圏",
        ),
    ],
)
def test_the_class_of_the_area_decides_as_far_as_it_is_known(
    tmp_path, row, state, kind, said, told
):
    result, oguni = run(tmp_path, HEAD + row + "\n")
    assert (oguni.state, oguni.place.area_class) == (state, kind)
    assert codes(result) == said
    fact = dossier_of(oguni, result).fact("medical_area")
    assert told in fact.words.render(Lang.JA)
    if state is State.UNDETERMINED:
        assert told in oguni.state_reason.ja


def test_a_run_says_that_classes_were_stated(tmp_path):
    for index, stated in ((HEAD + "4306,阿蘇,184.2,中間\n", True), (INDEX, False)):
        result, _ = run(tmp_path / str(stated), index)
        lines = {label.ja: value.ja for label, value in result.settings.lines}
        assert ("表の区分を優先" in lines["医師偏在指標"]) is stated
        assert result.areas.loc["4306", "class_basis"] == (
            ClassBasis.STATED if stated else ClassBasis.CUT_OFF
        )


@pytest.mark.parametrize(("index", "found"), [("179.3", 3), ("164.7", 0), ("184.2", 0)])
def test_a_spot_that_reaches_into_ground_of_unknown_class_says_so(tmp_path, index, found):
    text = RUN.replace(
        "[[facilities]]", "[policy.override.circle]\nradius_m = 60000\n[[facilities]]", 1
    )
    result, _ = run(tmp_path, INDEX.replace("164.7", index), text)
    said = [p.value for p in result.problems if p.code == "spot-in-unclassed-area"]
    assert len(said) == found, said


def test_a_statement_that_turns_a_class_is_named_as_the_cause(tmp_path):
    runs = [run(tmp_path / name, f"{HEAD}4306,阿蘇,179.3,{name}\n")[0] for name in ("中間", "少数")]
    told = comparison_table(compare(*runs), Lang.JA)
    assert "指標と基準値は同じで、医師少数区域となりました（区分は指標の表による）" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("areas", "index", "mixed"),
    [
        ("", "2024-01", False),
        ("2024-01", "2024-01", False),
        ("２０２４-01", "2024-01", False),
        ("A38-20", "2024-01", True),
    ],
)
def test_inputs_that_state_different_editions_are_noted(tmp_path, areas, index, mixed):
    stated = f'[medical_areas]\nedition = "{areas}"' if areas else "[medical_areas]"
    text = RUN.replace("[medical_areas]", stated, 1).replace('"2024-01"', f'"{index}"')
    result, _ = run(tmp_path, INDEX, text)
    found = [p.value for p in result.problems if p.code == "editions-mixed"]
    assert found == (["medical_areas: A38-20、physician_index: 2024-01"] if mixed else [])
    (record,) = [r for r in result.inputs if r.role == "medical_areas"]
    assert record.as_of == areas


def test_the_national_average_of_the_edition_is_told(tmp_path):
    text = RUN.replace("217.6", "217.6\nnational_average = 255.6", 1)
    result, _ = run(tmp_path, INDEX, text)
    lines = {label.ja: value.ja for label, value in result.settings.lines}
    assert "全国値 255.6" in lines["医師偏在指標"]


def test_an_old_code_in_the_table_of_areas_is_named_with_its_file(tmp_path):
    areas = AREAS.replace("43424,小国町", "43999,小国町")
    path = write_job(tmp_path, {"index.csv": INDEX, "areas.csv": areas})
    result = execute(read_run_file(path))
    found = [(p.file, p.value) for p in result.problems if "another-edition" in p.code]
    assert found == [("areas.csv", "43999")]
    assert next(v for v in result.verdicts if v.facility.id == "H3").place.area_code == "4306"
