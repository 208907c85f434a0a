"""A circle has one colour on the screen, on paper and in QGIS."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from boundaries.types import AreaClass
from groundfloor.problems import Lang
from spots.outputs.layers import layer_tables
from spots.outputs.qgis.styles import layer_styles
from spots.outputs.qgis.symbols import rgba
from spots.report import canvas
from spots.report.document import document_of
from spots.telling import colours
from tests.helpers.fabricated import fabricated_result

SYMBOLS = files("spots.map").joinpath("assets", "symbols.js").read_text("utf-8")


def test_the_script_has_the_same():
    assert tuple(re.findall(r"colour: '(#\w+)', dash: ", SYMBOLS)) == colours.CRITERIA
    assert re.findall(r"S\.ROUTE = '(#\w+)'", SYMBOLS) == [colours.ROUTE]
    washes = dict(re.findall(r"(\w+): \{ fill: '(#\w+)', opacity", SYMBOLS))
    assert washes == {kind.value: colour for kind, colour in colours.AREAS.items()}


def test_the_report_has_the_same():
    assert tuple(stroke.colour for stroke in canvas.CRITERIA) == colours.CRITERIA
    assert {kind: wash.colour for kind, wash in canvas.AREAS.items()} == dict(colours.AREAS)
    assert canvas.ROUTES[0].colour == colours.ROUTE
    assert document_of(fabricated_result(), Lang.JA).colours == colours.CRITERIA
    for template in files("spots.report").iterdir():
        if template.name.endswith(".typ"):
            text = template.read_text("utf-8").upper()
            assert not [c for c in colours.CRITERIA if c.upper() in text]


def test_the_layers_have_the_same():
    tables = layer_tables(fabricated_result(), Lang.JA)
    qml = {style.layer: style.qml for style in layer_styles(tables, Lang.JA)}
    spots = next(table for table in tables if table.name == "spots")
    codes = next(field.codes for field in spots.fields if field.name == "main_criterion")
    drawn = [colour for colour in colours.CRITERIA if rgba(colour) in qml["spots"]]
    assert drawn == list(colours.CRITERIA[: len(codes)])
    assert rgba(colours.ROUTE) in qml["routes"]


@pytest.mark.parametrize("area", AreaClass)
def test_every_class_of_area_has_a_colour(area: AreaClass):
    assert re.fullmatch("#[0-9A-F]{6}", colours.AREAS[area])
