"""What a policy asks for and a run file does not give.

Stands apart: the run file is right in itself, and so is the policy; this is about the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from groundfloor.problems import Problem, Text, error
from groundfloor.settings import missing_key
from groundfloor.toml import TomlDocument, key_name
from spots.job.policy_choice import OVERRIDE
from spots.job.roads_wanted import roads_fit
from spots.job.run_file_shape import RunFile
from spots.job.run_layers import EVERY_LIST, RunLayer
from spots.judging.policy import Policy
from spots.telling.wording import NOTHING


def policy_fits(
    policy: Policy, settings: RunFile, layers: Sequence[RunLayer], document: TomlDocument
) -> Iterator[Problem]:
    """Yield what the policy asks for and the run file does not give."""
    yield from _not_there(policy, settings, document)
    yield from _cut_offs(settings, document)
    have = {layer.list_name for layer in layers}
    asked = [(n, c) for n, c in policy.criteria if n not in settings.run.not_given]
    for number, criterion in asked if layers else ():
        name = criterion.asks_for
        if name is not None and not {name, EVERY_LIST} & have:
            yield _list_missing(number, criterion.mark, name, have, document)
    yield from roads_fit(policy, settings, document)
    yield from _closures_day(settings, document)
    yield from _indicator_lists(settings, have, document)


def _cut_offs(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield cut-offs of the index that make an area both."""
    index = settings.physician_index
    if index is None or index.shortage_at_most is None or index.surplus_at_least is None:
        return
    if index.shortage_at_most >= index.surplus_at_least:
        where = ("physician_index", "shortage_at_most")
        yield error(
            "cut-offs-cross",
            Text(
                "医師少数区域の基準値が医師多数区域の基準値以上です",
                "is not below surplus_at_least",
            ),
            Text("二つの基準値を確かめてください", "check the two cut-offs"),
            file=document.file,
            row=document.line_of(where),
            column=key_name(where),
            value=f"{index.shortage_at_most:g}",
        )


def _indicator_lists(
    settings: RunFile, have: set[str], document: TomlDocument
) -> Iterator[Problem]:
    """Yield the lists that ``[indicators]`` names and the run file has not."""
    asked = settings.indicators
    if asked is None:
        return
    named = [("hospitals", asked.hospitals), *(("institutions", n) for n in asked.institutions)]
    for key, name in named:
        if name not in have:
            known = "、".join(sorted(have - {"", EVERY_LIST}))
            where = ("indicators", key)
            yield error(
                "indicator-list-missing",
                Text("この名前の一覧がありません", "no list of the run file has this name"),
                Text(
                    f"read_facilities の list= と合わせてください（{known}）",
                    f"write the list= of a read_facilities ({known})",
                )
                if document.file.startswith("<")
                else Text(
                    f"[[facilities]] の list と合わせてください（{known}）",
                    f"write the 'list' of a [[facilities]] ({known})",
                ),
                file=document.file,
                row=document.line_of(where),
                column=key_name(where),
                value=name,
            )


def _not_there(policy: Policy, settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield the tables of a run file that its policy cannot do without."""
    if policy.judges_facilities and not settings.facilities:
        yield _needed("facilities", document, empty="facilities" in document.data)
    if policy.needs_areas and settings.medical_areas is None:
        yield _needed("medical_areas", document)
    if policy.needs_index and settings.physician_index is None:
        yield _needed("physician_index", document)
    if policy.needs_people and settings.population is None:
        yield _needed("population", document)


def _needed(key: str, document: TomlDocument, *, empty: bool = False) -> Problem:
    code, message, remedy = missing_key(key)
    if empty:
        code, message = "wrong-value", Text("一つ以上必要です", "needs at least one")
    row = document.line_of((key,)) if empty else None
    return error(code, message, remedy, file=document.file, row=row, column=key)


def _closures_day(settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    network = settings.network
    if network is not None and network.closures_on is not None and not network.closures:
        where = ("network", "closures_on")
        yield error(
            "closures-missing",
            Text(
                "通行止めのファイルがないのに日付があります",
                "is a day for closures, but none are given",
            ),
            Text(
                'closures = "closures.geojson" を書き加えるか、この行を消してください',
                'add closures = "closures.geojson", or take this line out',
            ),
            file=document.file,
            row=document.line_of(where),
            column=key_name(where),
        )


def _list_missing(
    number: int, mark: str, name: str, have: Collection[str], document: TomlDocument
) -> Problem:
    near = get_close_matches(name, [each for each in have if each], 1)
    meant = NOTHING
    if near:
        meant = Text(f"（{near[0]} の誤りではありませんか）", f" (did you mean {near[0]!r}?)")
    in_run_file = Text(
        f'対象のレイヤに list = "{name}" と書くか、設定基準の list を変えてください。'
        f"一覧がなければ [run] に not_given = [{number}] と書けます",
        f'write list = "{name}" in the layer meant, or change the policy\'s list; if there is '
        f"none, write not_given = [{number}] under [run]",
    )
    read, without = f'read_facilities(..., list="{name}")', f"Scenario(..., not_given=[{number}])"
    in_python = Text(
        f"対象の一覧を {read} で読むか、設定基準の list を変えてください。"
        f"一覧がなければ {without} とできます",
        f"read the list meant with {read}, or change the policy's list; if there is none, "
        f"say {without}",
    )
    return error(
        "list-missing",
        Text(
            f"基準{mark}が数える一覧「{name}」がありません{meant.ja}",
            f"criterion {mark} counts the list {name!r}, which no layer has{meant.en}",
        ),
        in_python if document.file.startswith("<") else in_run_file,  # a file has a name
        file=document.file,
        row=document.line_of((*OVERRIDE, "criterion", str(number), "list")),
    )
