"""``map.html`` of scenarios: the page of the run file as it is, with a switch to every other.

Stands apart: the switch is `scenario_switch`; here it comes onto the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace

from groundfloor.problems import Lang, Text
from spots.map.card_data import Card, Entry
from spots.map.page import asset
from spots.map.page_data import MapData, MapFacility, Node
from spots.map.rendering import PageMore, page_of
from spots.scenarios.scenario_answers import ScenarioAnswers
from spots.scenarios.scenario_switch import ABSENT, ScenarioSwitch, scenario_switch
from spots.telling.labels import NEAREST, STATE_LABELS
from spots.telling.scenario_columns import NOT_LISTED_WORDS
from spots.telling.wording import sentence
from spots.types import Facility, FacilityType, State
from spots.types.scenario_table import STATES

UI = {
    "scenario": Text("シナリオ", "Scenario"),
    "scenarioBefore": Text("前のシナリオ", "The scenario before"),
    "scenarioAfter": Text("次のシナリオ", "The next scenario"),
    "scenarioShade": Text(
        "設定（案）となるシナリオの多さを濃さで示す", "Shade by how many scenarios designate it"
    ),
    "scenarioShadeShort": Text("濃淡", "Shades"),
    "scenarioPrinted": Text("シナリオ：{name}", "Scenario: {name}"),
    "scenarioState": Text("このシナリオでの状態", "State in this scenario"),
    "scenarioBase": Text("現在の条件での状態", "State as it is"),
    "scenarioHeld": Text("設定（案）となるシナリオ", "Scenarios that designate it"),
    "scenarioTurning": Text("状態が変わる最小の変更", "Smallest change that turns it"),
    "scenarioAll": Text("シナリオ全体では", "Over all scenarios"),
    "scenarioOfBase": Text("現在の条件", "as it is"),
    "scenarioNearest": sentence(NEAREST),
    "scenarioHint": Text(
        "区域、対象外の市町村、医療圏の区分、通行止め、到達圏と、カードの詳しい説明は、現在の条件のものです。",
        "Units, excluded municipalities, classes of areas, closures, catchments, and what a card "
        "says in detail are those of the run file as it is.",
    ),
    "scenarioCard": Text(
        "ここの説明は現在の条件のもので、このシナリオのものではありません。",
        "This is of the run file as it is, and not of this scenario.",
    ),
    "scenarioPlace": Text(
        "スポットはこのシナリオのもの、区域、医療圏の区分、病院までの時間は現在の条件のものです。",
        "Spots are those of this scenario; units, classes of areas and minutes to a hospital are "
        "those of the run file as it is.",
    ),
    "scenarioBasis": Text(
        "以下は現在の条件（実行ファイルのまま）です。",
        "What follows is the run file as it is.",
    ),
    "scenarioIn": Text(
        "設定（案）となるシナリオ {n} / {all}", "designated in {n} of {all} scenarios"
    ),
}


#: Lines of the legend that stand for a state, in its order.
_STATE_LINES = (State.EXCLUDED, State.MOOT, State.UNDETERMINED, State.NOT_MET)


@dataclass(frozen=True, slots=True)
class ScenarioMapData(MapData):
    """What the page is told, with its switch."""

    scenarios: ScenarioSwitch | None = field(default=None)


def scenarios_map(answers: ScenarioAnswers, lang: Lang) -> str:
    """Return the page as one self-contained HTML document.

    Parameters
    ----------
    answers : ScenarioAnswers
        The scenarios.
    lang : Lang
        Language of the page.

    Raises
    ------
    MissingFileError
        Leaflet's files are not installed.
    """
    switch = scenario_switch(answers, lang)

    def more(data: MapData) -> ScenarioMapData:
        own = {f.name: getattr(data, f.name) for f in fields(MapData)}
        own["title"] = answers.title.render(lang)
        own["ui"] = data.ui | {key: text.render(lang) for key, text in UI.items()}
        own["facilities"] = (*data.facilities, *_only_elsewhere(answers, lang))
        own["tree"] = tuple(_with_all_states(data.tree, answers, lang))
        return ScenarioMapData(**own, scenarios=switch)

    name = "spots.scenarios"
    files = (asset("scenarios.js", name),), (asset("scenarios.css", name),)
    return page_of(answers.base, lang, more=PageMore(more, *files))


def _only_elsewhere(answers: ScenarioAnswers, lang: Lang) -> Iterator[MapFacility]:
    """Yield facilities that only lists of other scenarios have; as it is, none is seen."""
    known = {verdict.facility.id for verdict in answers.base.verdicts}
    for facility in answers.table.facilities:
        if facility.id not in known:
            yield _unseen(facility, NOT_LISTED_WORDS.render(lang))


def _unseen(facility: Facility, word: str) -> MapFacility:
    place = facility.position
    return MapFacility(
        id=facility.id,
        name=facility.name,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        state=ABSENT,
        hospital=FacilityType.SECONDARY_EMERGENCY in facility.types,
        marks="",
        keys=(),
        spot=None,
        circle=None,
        would_be=False,
        criteria=(),
        route=(),
        route_key="routes-other",
        route_label="",
        nearest="",
        card=Card(facility.id, facility.name, str(State.NOT_MET), word, (), "", ()),
        entry=Entry(
            municipality_code=facility.municipality_code or "",
            municipality="",
            area_code="",
            state=word,
            minutes="",
            travel_ms=None,
            margin="",
            margin_ms=None,
            address=facility.address,
            aka=" ".join(facility.other_names),
            kana=facility.kana,
        ),
    )


def _with_all_states(
    tree: tuple[Node, ...], answers: ScenarioAnswers, lang: Lang
) -> Iterator[Node]:
    """Yield the lines of the legend, with one for every state of any scenario."""
    seen = {STATES[index] for index in set(answers.table.states.ravel().tolist()) if index >= 0}
    have = {node.key for node in tree}
    lacking = [s for s in _STATE_LINES if s in seen and str(s) not in have]
    for node in tree:
        yield replace(node, count=node.count or "0") if node.key == "would-be" else node
        if node.key == str(State.DESIGNATED):
            for state in lacking:
                yield Node(str(state), STATE_LABELS[state].render(lang), "0", str(state))
