"""The map's document: self-contained, escaped, deterministic, light."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon

from groundfloor.crs import CrsError
from groundfloor.problems import Lang, MissingFileError, Text
from spots.map import render_map
from spots.map.page import PrefectureMap, asset, load_leaflet, script_safe_json
from spots.map.payload import map_data
from spots.map.rendering import SCRIPTS
from tests.helpers.fabricated import HOSTILE_NAMES, fabricated_result

TILES = "https://cyberjapandata.gsi.go.jp"


class Document(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, _tag):
        self._open = ""

    def handle_data(self, data):
        self.texts.setdefault(self._open, []).append(data)

    def attributes(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    return render_map(fabricated_result())


@pytest.fixture(scope="module")
def hostile() -> str:
    return render_map(fabricated_result(hostile=True))


def data_of(html: str) -> dict:
    block = re.search(r' id="spots-data">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    return json.loads(block[1])


def test_two_renders_are_byte_identical(html):
    assert render_map(fabricated_result()) == html


def test_page_is_drawn_by_folium(html):
    assert issubclass(PrefectureMap, folium.Map)
    assert 'class="folium-map"' in html
    assert "var map_spots = L.map(" in html
    for kind, extension in (("pale", "png"), ("std", "png"), ("seamlessphoto", "jpg")):
        assert f'"{TILES}/xyz/{kind}/{{z}}/{{x}}/{{y}}.{extension}"' in html


def test_nothing_is_loaded_from_outside(html):
    page = Document(html)
    assert not page.attributes("link")
    assert not page.attributes("img")
    assert not page.attributes("iframe")
    assert all("src" not in attributes for attributes in page.attributes("script"))
    for url in re.findall(r"url\(([^)]*)\)", "".join(page.texts["style"])):
        assert url.startswith(("data:image/", "#"))
    for host in ("jsdelivr", "cloudflare", "jquery", "bootstrapcdn", "unpkg"):
        assert host not in html


def test_policy_allows_exactly_the_scripts_and_styles_of_the_page(html):
    policy = next(
        a["content"]
        for a in Document(html).attributes("meta")
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == ["'none'"]
    assert rules["img-src"] == ["data:", TILES]
    assert "unsafe" not in policy
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        code = rf'<{tag}(?! type="application/json")[^>]*>(.*?)</{tag}>'
        texts = re.findall(code, html, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in texts]
        assert rules[kind] == [f"'sha256-{d}'" for d in digests]


def test_leaflet_comes_from_its_package_with_its_licence(html):
    leaflet = load_leaflet()
    assert leaflet.script in html
    assert "Redistribution and use in source and binary forms" in html
    assert "sourceMappingURL" not in html
    assert f"Leaflet {leaflet.version}" in html


def test_missing_leaflet_is_named():
    with pytest.raises(MissingFileError) as caught:
        load_leaflet("no-such-distribution-of-leaflet")
    assert caught.value.problems[0].code == "leaflet-missing"


@pytest.mark.parametrize(("lang", "word"), [(Lang.JA, "非該当"), (Lang.EN, "not met")])
def test_language(lang, word):
    html = render_map(fabricated_result(), lang)
    assert Document(html).attributes("html") == [{"lang": str(lang)}]
    assert word in html


def test_english_page_has_no_japanese_but_the_data():
    data = data_of(render_map(fabricated_result(), Lang.EN))
    own = [*data["ui"].values(), data["draft"], *(n["label"] for n in data["tree"])]
    assert not re.findall(r"[ぁ-んァ-ヶ一-龠]", "".join(own))


def test_data_block_cannot_end_the_script(hostile):
    block = re.search(r'id="spots-data">(.*?)</script>', hostile, re.DOTALL)
    assert block is not None
    assert not set("<>&\u2028\u2029") & set(block[1])
    data = json.loads(block[1])
    assert {f["name"] for f in data["facilities"]} == set(HOSTILE_NAMES)


def test_hostile_names_stand_nowhere_in_the_markup(hostile, html):
    count = [len(Document(h).tags) for h in (hostile, html)]
    assert count[0] == count[1]
    assert "<script>alert" not in hostile
    assert "<img src=x" not in hostile
    assert "&lt;/script&gt;" in hostile  # in the title


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "{{ 7*7 }}",
        "{% raw %}",
        "{% for",
        "{# gone #}",
        "{{ cycler.__init__.__globals__.os }}",
        "}}",
    ],
)
def test_names_are_no_templates(name):
    result = fabricated_result()
    first, *others = result.verdicts
    renamed = replace(first, facility=replace(first.facility, name=name))
    title = Text(name, name)
    settings = replace(result.settings, title=title, attributions=(name,), caveats=(title,))
    page = render_map(replace(result, verdicts=(renamed, *others), settings=settings))
    data = data_of(page)
    assert name in {f["name"] for f in data["facilities"]}
    assert data["title"] == name
    assert name in Document(page).texts["title"]


def test_our_scripts_and_leaflet_stand_in_the_page_as_they_are(html):
    leaflet = load_leaflet()
    assert leaflet.script.strip() in html
    assert leaflet.style.strip() in html
    for script in SCRIPTS:
        assert asset(script) in html


def test_script_safe_json_survives_separators_and_surrogates():
    value = {"a": "\u2028\u2029 \ud800 </script><!-- & ${x} `"}
    text = script_safe_json(value)
    assert json.loads(text) == value
    text.encode("utf-8")


def test_scripts_never_parse_data_as_html_or_use_new_syntax():
    for name in SCRIPTS:
        code = files("spots.map").joinpath("assets", name).read_text("utf-8")
        for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "`", "?.", "??"):
            assert banned not in code, (name, banned)


def test_every_facility_is_there_once():
    result = fabricated_result()
    data = map_data(result, Lang.JA, ())
    assert [f.id for f in data.facilities] == [v.facility.id for v in result.verdicts]


def test_tree_counts_and_criteria():
    data = map_data(fabricated_result(), Lang.JA, ())
    top = {node.key: node for node in data.tree}
    spots = top["designated"]
    assert spots.count == "5（複数要件 2）"
    assert [(n.key, n.count) for n in spots.children] == [
        ("criterion-1", "2"),
        ("criterion-2", "2"),
        ("criterion-3", "3"),
    ]
    assert {
        k: top[k].count for k in ("excluded", "moot", "not_met", "hospitals", "destinations", "cut")
    } == {
        "excluded": "1",
        "moot": "1",
        "not_met": "1",
        "hospitals": "5",
        "destinations": "1",
        "cut": "1",
    }
    assert top["undetermined"].count == "1（位置不明 1）"  # it is listed in the panel
    areas = {n.key: n.count for n in top["areas"].children}
    assert areas["area-shortage"] == "1"
    assert areas["area-surplus"] == "2"


def test_title_block_says_what_must_be_said():
    result = fabricated_result()
    data = map_data(result, Lang.JA, ())
    assert data.title == "熊本県 医師少数スポット(見本)"
    assert data.subtitle == (
        "熊本県",
        "熊本県の基準",
        "設定期間 令和6年4月1日～令和12年3月31日",
    )
    assert data.caveats == ("架空の所要時間です",)
    assert "県が決定" in data.draft
    assert set(result.settings.attributions) <= set(data.sources)


def test_only_a_cut_circle_is_drawn_whole():
    data = map_data(fabricated_result(), Lang.JA, ())
    assert [f.id for f in data.facilities if f.circle] == ["shimotake"]


def _fine_frame(vertices: int) -> gpd.GeoDataFrame:
    """Two neighbours that share a ragged border with many vertices."""
    rng = np.random.default_rng(1)
    y = np.linspace(32.0, 33.0, vertices)
    border = np.column_stack([130.5 + rng.normal(0, 1e-4, vertices), y])
    west = Polygon([*border, (130.0, 33.0), (130.0, 32.0)])
    east = Polygon([*border, (131.0, 33.0), (131.0, 32.0)])
    base = fabricated_result().municipalities.iloc[1:3]
    return base.set_geometry(gpd.GeoSeries([west, east], index=base.index, crs=6668))


@pytest.mark.slow
def test_full_resolution_outlines_are_generalised_and_still_meet():
    frame = _fine_frame(40_000)
    result = replace(fabricated_result(), municipalities=frame)
    html = render_map(result)
    assert len(html.encode()) < 1_000_000
    shapes = [m["shape"] for m in data_of(html)["municipalities"]]
    west, east = (set(map(tuple, _corners(s[0][0]))) for s in shapes)
    assert len(west & east) > 2
    assert len(west) < 5_000


def _corners(ring):
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0).tolist()


@pytest.mark.slow
def test_outlines_that_do_not_meet_are_generalised_too():
    frame = _fine_frame(40_000)
    moved = frame.geometry.copy()
    moved.iloc[1] = shapely.transform(moved.iloc[1], lambda xy: xy + [0.0003, 0.0])  # noqa: RUF005
    moved.iloc[1] = shapely.make_valid(moved.iloc[1])
    html = render_map(replace(fabricated_result(), municipalities=frame.set_geometry(moved)))
    assert len(html.encode()) < 2_000_000


def test_projected_outlines_are_refused():
    result = fabricated_result()
    with pytest.raises(CrsError):
        render_map(replace(result, municipalities=result.municipalities.to_crs(6670)))


def test_a_run_without_spots_areas_or_facilities_still_renders():
    result = fabricated_result()
    empty = replace(result, verdicts=(), spots=(), areas=result.areas.iloc[:0])
    data = data_of(render_map(empty))
    assert data["facilities"] == []
    assert data["tree"][0]["key"] == "designated"
