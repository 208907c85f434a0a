"""Words for units of ground: what they are, what a result designates, what a clause does."""

from __future__ import annotations

from groundfloor.problems import Text
from spots.telling.labels import SPOT_LABEL, STATE_LABELS
from spots.telling.wording import joined
from spots.types import ClauseRole, ResultKind, RunResult, State, UnitKind

UNIT_KIND_LABELS: dict[UnitKind, Text] = {
    UnitKind.MUNICIPALITY: Text("市町村", "municipality"),
    UnitKind.FORMER_MUNICIPALITY: Text("旧市町村", "former municipality"),
    UnitKind.DISTRICT: Text("地区", "district"),
    UnitKind.ISLAND: Text("島", "island"),
    UnitKind.MEDICAL_AREA: Text("二次医療圏", "medical area"),
    UnitKind.PREFECTURE: Text("都道府県", "prefecture"),
    UnitKind.POINT: Text("一覧の地点", "listed point"),
    UnitKind.FACILITY: Text("医療機関", "institution"),
}

RESULT_KIND_LABELS: dict[ResultKind, Text] = {
    ResultKind.SPOT: SPOT_LABEL,
    ResultKind.SUPPORT_AREA: Text("重点医師偏在対策支援区域", "support area"),
    ResultKind.CANDIDATE: Text("候補", "candidate"),
    ResultKind.PROGRAMME: Text("キャリア形成プログラムの区分", "programme class"),
}

CLAUSE_ROLE_LABELS: dict[ClauseRole, Text] = {
    ClauseRole.TAKES_IN: Text("含める", "takes in"),
    ClauseRole.NEEDS: Text("すべてに必要", "needed"),
    ClauseRole.TAKES_OUT: Text("除く", "takes out"),
    ClauseRole.EXCEPTION: Text("例外として除く", "exception"),
}

#: A result that marks or classes designates nothing, and must not say so.
_TAKEN_IN: dict[ResultKind, Text] = {
    ResultKind.CANDIDATE: Text("候補", "candidate"),
    ResultKind.PROGRAMME: Text("該当", "included"),
}


def unit_state(kind: ResultKind, state: State) -> Text:
    """Return the state of a unit in a word, as its kind of result has it.

    Examples
    --------
    >>> unit_state(ResultKind.SPOT, State.DESIGNATED).ja
    '設定（案）'
    >>> unit_state(ResultKind.CANDIDATE, State.DESIGNATED).ja
    '候補'
    """
    if state is State.DESIGNATED and kind in _TAKEN_IN:
        return _TAKEN_IN[kind]
    return STATE_LABELS[state]


def designated(result: RunResult) -> Text:
    """Return what a run's policy designates, for sentences about all of it."""
    found = {ground.kind for ground in result.grounds}
    kinds = (found - _TAKEN_IN.keys()) or (found & {ResultKind.PROGRAMME})
    if result.by_rule:
        kinds |= {ResultKind.SPOT}
    told = joined((RESULT_KIND_LABELS[k] for k in ResultKind if k in kinds), "・", ", ")
    return told if kinds else Text("区域", "unit")
