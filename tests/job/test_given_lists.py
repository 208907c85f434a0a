"""A list that is not given is not empty: refused by name, or told as not given everywhere."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from groundfloor.problems import Lang, Problem, SpotsError
from spots.explaining import explain, explanation_json, explanation_text
from spots.job.execution import execute
from spots.job.run_file import read_run_file
from spots.judging.designation import judge
from spots.outputs.folder import standard_writers
from spots.types import RunResult, State
from tests.helpers.judging import (
    BASE,
    MET,
    SECONDARY,
    UNDETERMINED,
    chain,
    facility,
    facts,
    policy,
)
from tests.helpers.small_job import HOSPITALS, RUN, write_job

BASE_LAYER = '[[facilities]]\nname = "拠点病院"\nfile = "base.csv"\ntype = "①"\n'
CLINIC_LAYER = '[[facilities]]\nname = "へき地診療所"\nfile = "clinics.csv"\ntype = "②"\n'
NETWORK = RUN[RUN.index("[network]") :]
ROTATION = 'list = "rotation"\n'


def without(*layers: str, not_given: str = "", more: str = "") -> str:
    """Return the run file without some layers."""
    text = RUN
    for layer in layers:
        assert layer in text
        text = text.replace(layer, "")
    said = f"not_given = {not_given}\n" if not_given else ""
    return text.replace('output = "out"\n', f'output = "out"\n{said}') + more


def run_of(folder: Path, text: str, **files: str) -> RunResult:
    return execute(read_run_file(write_job(folder, {"run.toml": text, **files})))


def refused(folder: Path, text: str, **files: str) -> list[Problem]:
    with pytest.raises(SpotsError) as caught:
        run_of(folder, text, **files)
    return list(caught.value.problems)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run without a list of ①."""
    return run_of(tmp_path_factory.mktemp("half"), without(BASE_LAYER, not_given="[1]"))


# --- refused ---------------------------------------------------------------------------------------


def warned(result: RunResult) -> list[Problem]:
    return [p for p in result.problems if p.code == "list-not-given"]


def test_a_criterion_without_a_list_is_named_with_what_to_do(tmp_path: Path):
    found = warned(run_of(tmp_path, without(BASE_LAYER, CLINIC_LAYER)))
    assert [(p.severity, p.file, p.value) for p in found] == [
        ("warning", "run.toml", "base_hospital"),
        ("warning", "run.toml", "remote_clinic"),
    ]
    assert "①（へき地医療拠点病院）" in found[0].message.ja
    for words in ("[[facilities]]", "[run] に not_given = [1]", "rule"):
        assert words in found[0].remedy.ja


def test_a_rule_without_the_criterion_needs_no_list(tmp_path: Path):
    rule = "[policy.override.rule]\nany = [3]\n"
    result = run_of(tmp_path, without(BASE_LAYER, CLINIC_LAYER, more=rule))
    assert {o.number for v in result.verdicts for o in v.outcomes} == {3}


def test_a_list_that_is_only_reached_is_no_list_of_who_is_judged(tmp_path: Path):
    reached = BASE_LAYER + 'role = "destination"\n'
    found = warned(run_of(tmp_path, RUN.replace(BASE_LAYER, reached)))
    assert [p.value for p in found] == ["base_hospital"]


def test_types_that_rows_say_are_given(tmp_path: Path):
    typed = HOSPITALS.replace("備考", "種別").replace(",\n", ",①③\n")
    result = run_of(tmp_path, without(BASE_LAYER), **{"hospitals.csv": typed})
    assert all(o.given for v in result.verdicts for o in v.outcomes)


def test_a_list_named_as_the_criterion_asks_but_of_another_type_is_none(tmp_path: Path):
    other = RUN.replace('type = "③"\nlist', 'type = "②"\nlist')
    assert [p.value for p in refused(tmp_path, other)] == ["secondary_emergency"]


def test_new_lists_that_leave_one_out_are_told(tmp_path: Path):
    run = write_job(tmp_path)
    typed = tmp_path / "typed.csv"
    typed.write_text(HOSPITALS.replace("備考", "種別").replace(",\n", ",③\n"), encoding="utf-8")
    result = execute(read_run_file(run, typed))
    assert {p.value for p in warned(result)} == {"base_hospital", "remote_clinic"}
    assert [c.given for c in result.settings.criteria] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (without(not_given="[1]"), "list-given-after-all"),
        (without(not_given="[3]"), "list-given-after-all"),
        (without(not_given="[4]"), "not-given-unknown"),
    ],
)
def test_a_slip_of_the_key_is_refused(tmp_path: Path, text: str, code: str):
    (found,) = refused(tmp_path, text)
    assert (found.code, found.column) == (code, "run.not_given")


# --- said -----------------------------------------------------------------------------------------


def test_the_run_file_may_say_so_itself(half: RunResult):
    assert warned(half) == []


def test_what_no_list_designates_is_none_as_far_as_lists_go(half: RunResult):
    states = {v.facility.id: v.state for v in half.verdicts}
    assert states == {
        "B1": State.NOT_MET,  # 拠点病院 by the list that is missing
        "H1": State.NOT_MET,
        "H2": State.MOOT,
        "H3": State.DESIGNATED,  # by ③
        "C1": State.DESIGNATED,  # by ②
        "C2": State.EXCLUDED,
    }
    b1 = next(v for v in half.verdicts if v.facility.id == "B1")
    assert b1.state_reason.ja.endswith("（①は一覧未提供のため判定していません）")
    assert "①・②" not in b1.state_reason.ja
    assert [o.given for o in b1.outcomes] == [False, True, True]


def test_what_was_looked_at_is_named_before_what_has_no_list():
    rules = policy({"travel": {"neighbours": False, "also_try": []}})
    known = facts(
        [facility("a", SECONDARY), facility("b", SECONDARY)], rules, network=chain(60_000), doors={}
    )
    either = judge(rules, type(known)(**{**_fields(known), "not_given": frozenset({1, 2})}))
    assert {v.state for v in either} == {State.UNDETERMINED}
    for verdict in either:
        assert verdict.state_reason.ja.endswith("（①・②は一覧未提供のため判定していません）")
        assert "一覧が与えられておらず" not in verdict.state_reason.ja


def test_a_missing_list_designates_nobody_under_any_rule():
    rules = policy({"rule": {"none": [1]}})
    known = facts([facility("a", BASE), facility("b", SECONDARY)], rules)
    open_ones = judge(rules, type(known)(**{**_fields(known), "not_given": frozenset({1})}))
    assert {v.state for v in open_ones} == {State.UNDETERMINED}
    either = policy({"rule": {"any": [1, 2]}})
    (verdict,) = judge(
        either,
        type(known)(
            **{**_fields(facts([facility("c", BASE)], either)), "not_given": frozenset({2})}
        ),
    )
    assert [o.truth for o in verdict.outcomes] == [MET, UNDETERMINED]
    assert verdict.state is State.DESIGNATED


def _fields(known: object) -> dict[str, object]:
    return {name: getattr(known, name) for name in known.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", list(Lang))
def test_every_output_says_it(half: RunResult, lang: Lang):
    said = {Lang.JA: "一覧未提供", Lang.EN: "list not given"}[lang]
    column = {Lang.JA: "一覧が与えられておらず", Lang.EN: "no list is given"}[lang]
    for name, write in standard_writers().items():
        if name in {"report.pdf", "spots.gpkg"} or name in _GROUND:
            continue  # the words of the report, and the columns of layers, are those of others
        text = _text_of(write(half, lang))
        assert said in text or column in text or "criteria_not_given" in text, name
        assert "へき地医療拠点病院の一覧に載っていません" not in text, name


#: Spots and ways that are there; what is open is none of them.
_GROUND = frozenset(
    {
        *("spots.geojson", "spots_dissolved.geojson", "routes.geojson"),
        *("units.csv", "units.geojson", "results_dissolved.geojson", "indicators.csv"),
        "positions.csv",
    }
)


def _text_of(content: str | bytes) -> str:
    if isinstance(content, str):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xml"))


def test_explain_says_it(half: RunResult):
    found = explain(half, "B1")
    assert "① へき地医療拠点病院（一覧未提供）" in explanation_text(found)
    assert explanation_json(found)["outcomes"][0]["given"] is False


def test_readers_are_told_once_for_the_whole(half: RunResult):
    (caveat,) = [c for c in half.settings.caveats if "一覧" in c.ja]
    assert "①へき地医療拠点病院は一覧が与えられていないため判定していません" in caveat.ja
    (first, *rest) = half.settings.criteria
    assert (first.given, first.title.ja) == (False, "へき地医療拠点病院（一覧未提供）")
    assert all(c.given for c in rest)
    assert json.dumps(half.job).count('"not_given": [1]') == 1


def test_without_the_hospitals_no_roads_are_needed(tmp_path: Path):
    layer = '[[facilities]]\nname = "輪番病院"\nfile = "hospitals.csv"\ntype = "③"\n' + ROTATION
    result = run_of(tmp_path, without(layer, NETWORK, not_given="[3]"))
    assert result.network is None
    states = {v.facility.id: v.state for v in result.verdicts}
    assert states == {"B1": State.DESIGNATED, "C1": State.DESIGNATED, "C2": State.EXCLUDED}
