"""Forms are read by the readers of lists, and their example by nobody."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from groundfloor.problems import Lang
from spots.facilities import LayerSpec, check_layers
from spots.facilities.reading import scan_layer
from spots.starting.list_forms import list_form, place_form
from spots.starting.start_plan import CRITERIA
from spots.telling.form_words import PLACE_NAMES
from spots.types import FacilityType

EVERY = [(kind, lang) for kind in CRITERIA for lang in Lang]


def spec(path: Path, kind: FacilityType) -> LayerSpec:
    return LayerSpec(path=path, shown=path.name, name="一覧", types=frozenset({kind}))


def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_a_form_that_nobody_filled_in_is_an_empty_list_and_says_so(tmp_path, kind, lang):
    path = tmp_path / "form.xlsx"
    path.write_bytes(list_form(kind, "44", lang))
    scan = scan_layer(spec(path, kind), {})
    assert scan.raws == ()
    assert {p.code for p in scan.problems} == {"example-row", "only-example-rows"}
    assert not check_layers([spec(path, kind)], {}).facilities


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_a_form_that_was_filled_in_is_read_without_a_word_of_doubt(tmp_path, kind, lang):
    path, filled = tmp_path / "form.xlsx", book(list_form(kind, "44", lang))
    sheet = filled.worksheets[0]
    cells = (
        *("姫島村国民健康保険診療所", None, "姫島村", "大分県東国東郡姫島村1", 33.7244, 131.6450),
        *("離島のため", "外来診療", date(2026, 4, 1), "R8.5.1", "45", None),
    )
    for column, value in enumerate(cells, 1):
        sheet.cell(row=5, column=column, value=value)
    filled.save(path)
    scan = scan_layer(spec(path, kind), {})
    (raw,) = scan.raws
    assert {p.code for p in scan.problems} == {"example-row"}
    assert (raw.name, raw.municipality, raw.types) == (cells[0], "姫島村", {kind})
    assert raw.position is not None
    assert (raw.position.lat, raw.position.lon) == (33.7244, 131.645)
    assert raw.entry is not None
    assert (raw.entry.reason, raw.entry.service, raw.entry.page) == ("離島のため", "外来診療", "45")
    assert raw.entry.councils == (date(2026, 4, 1), date(2026, 5, 1))


def test_who_writes_over_the_example_is_read(tmp_path):
    kind = FacilityType.REMOTE_CLINIC
    path, filled = tmp_path / "form.xlsx", book(list_form(kind, "44", Lang.JA))
    filled.worksheets[0]["A4"] = "姫島村国民健康保険診療所"
    filled.save(path)
    assert [raw.name for raw in scan_layer(spec(path, kind), {}).raws] == [
        "姫島村国民健康保険診療所"
    ]


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_cells_are_checked_as_they_are_typed(kind, lang):
    sheet = book(list_form(kind, "44", lang)).worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert {rules[cell].type for cell in ("B4", "E4", "F4", "I4", "J4")} == {
        *("list", "decimal", "date")
    }
    assert (float(rules["E4"].formula1), float(rules["E4"].formula2)) == (20.0, 46.0)
    assert (float(rules["F4"].formula1), float(rules["F4"].formula2)) == (122.0, 154.0)
    assert "②" in rules["B4"].formula1
    assert sheet.freeze_panes == "B4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("name", PLACE_NAMES)
@pytest.mark.parametrize("lang", list(Lang))
def test_forms_of_places_say_how_and_are_the_same_bytes(name, lang):
    first = place_form(name, "33", lang)
    assert first == place_form(name, "33", lang)
    sheets = book(first).worksheets
    heads = [cell.value for cell in sheets[0][3]]
    assert [row[0].value for row in sheets[1].iter_rows(min_row=2)] == heads


@pytest.mark.parametrize(
    "written", ["（記入例）〇〇病院", "記入例：〇〇病院", "(例)〇〇病院", "(Example) X"]
)
def test_an_example_is_told_and_not_read_in_any_table(tmp_path, written):
    path = tmp_path / "list.csv"
    path.write_text(f"医療機関名,市町村\n{written},山都町\n例外病院,山都町\n", "utf-8")
    scan = scan_layer(spec(path, FacilityType.REMOTE_CLINIC), {})
    assert [raw.name for raw in scan.raws] == ["例外病院"]
    assert "example-row" in {p.code for p in scan.problems}
