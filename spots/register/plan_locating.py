"""Which institutions of a list stand in what is in force on a day, with the plan of each answer.

Stands apart: `membership` answers for all days; here one day's answers become a table and files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from groundfloor.day_spans import DaySpan
from groundfloor.disk import WrittenFile, write_whole
from groundfloor.frozen import FrozenDict
from groundfloor.problems import DataError, Lang, Problem, Text, error
from spots.locating.list_answering import AskedOfList
from spots.outputs.geojson import Feature, collection, point
from spots.outputs.output_suffix import refuse_other_suffix
from spots.outputs.table_page import SUFFIXES, TablePage, write_page
from spots.register.edition_results import unit_days
from spots.register.ground_of_day import GroundOfDay, day_heading, ground_of_day
from spots.register.membership import (
    InstitutionMemberships,
    Membership,
    institution_rows,
    memberships,
)
from spots.register.register import Register
from spots.telling.columns import properties
from spots.telling.in_force_words import IN_OR_OUT, accuracy_line
from spots.telling.plan_answer_columns import PLAN_ANSWER_COLUMNS, PlanAnswer
from spots.telling.register_words import DESIGNATION_KIND_LABELS
from spots.telling.wording import joined, told_as
from spots.types import Accuracy, Truth
from spots.types.designations import DesignationKind, InForce

_GEOJSON = ".geojson"
_TOO_WIDE = frozenset({"id", "lon", "lat", "unit_id", "doubtful", "on", "valid_from", "valid_to"})


@dataclass(frozen=True, slots=True)
class PlanAnswers:
    """The answers about a list on a day.

    Parameters
    ----------
    page : TablePage
        A row for each institution and kind.
    undetermined : bool
        Whether an answer is open.
    problems : tuple of Problem
        What was found when the list was read, and its positions looked up.
    """

    page: TablePage[PlanAnswer]
    undetermined: bool
    problems: tuple[Problem, ...]


def locate_in_plans(
    register: Register,
    path: Path,
    day: date,
    asked: AskedOfList,
    *,
    accuracy: Accuracy = Accuracy.POINT,
    columns: Mapping[str, str] = FrozenDict(),
) -> PlanAnswers:
    """Say of each institution of a list whether it stands in what is in force on a day.

    Every kind that the register knows is answered, and by the plans of the prefecture in which
    the institution lies. Distances are decided as `spots.locating` decides them.

    Parameters
    ----------
    register : Register
        The register.
    path : Path
        The list.
    day : date
        The day.
    asked : AskedOfList
        How far off positions may be, and where rows without one are looked up.
    accuracy : Accuracy
        How well the coordinates of the list are known.
    columns : mapping of str to str
        Headers by canonical column, where their words do not tell.

    Raises
    ------
    DataError, MissingFileError
        The list cannot be used, or all of it lies in other prefectures.
    """
    rows, problems = institution_rows(register, path, accuracy=accuracy, columns=columns)
    found, told = memberships(
        register,
        rows,
        DaySpan.through(day, day),
        problems=problems,
        asked=asked,
        shown=str(path),
    )
    if found and all(one.outside for one in found):
        raise DataError(_all_outside(len(found), str(path)))
    days = {
        held.edition.number: (held, unit_days(register, held)) for held in register.in_force(day)
    }
    answers = tuple(
        _answer(one, kind, those[0], days, day)
        for one in found
        for kind, those in one.kinds.items()
    )
    page = _page(ground_of_day(register, day), register.path.name, asked, answers)
    open_ = any(answer.truth is Truth.UNDETERMINED for answer in answers)
    return PlanAnswers(page, open_, told)


def _answer(
    one: InstitutionMemberships,
    kind: DesignationKind,
    found: Membership,
    days: Mapping[int, tuple[InForce, Mapping[tuple[str, str], DaySpan]]],
    day: date,
) -> PlanAnswer:
    held = days.get(found.edition) if found.edition is not None else None
    span = None
    if held is not None:
        own = (s for (_, unit), s in held[1].items() if unit == found.unit)
        span = next(own, held[0].span)
    position = one.position
    return PlanAnswer(
        row=one.row.row.row,
        given_id=one.row.given_id,
        name=one.row.name,
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        municipality=one.place.municipality or one.row.municipality,
        area=one.place.area,
        kind=kind,
        truth=found.truth,
        unit=found.unit,
        unit_name=found.name,
        plan=found.plan,
        edition=found.edition,
        first=span.first if span else None,
        last=span.last if span else None,
        edge_m=found.edge_m,
        doubtful=found.doubtful,
        reason=found.reason,
        on=day,
    )


def _page(
    ground: GroundOfDay, name: str, asked: AskedOfList, answers: tuple[PlanAnswer, ...]
) -> TablePage[PlanAnswer]:
    return TablePage(
        Text("計画の登録簿による内外判定", "Inside or outside, by the register of plans"),
        (*day_heading(ground, name), accuracy_line(asked.tolerance_m)),
        PLAN_ANSWER_COLUMNS,
        answers,
        joined(_tally(answers), "。", "; "),
        {"register": name, "on": ground.day.isoformat(), "tolerance_m": asked.tolerance_m},
        left_out=_TOO_WIDE,
    )


def _tally(answers: tuple[PlanAnswer, ...]) -> Iterator[Text]:
    """Yield how many are inside, outside and open, kind by kind."""
    for kind in DesignationKind:
        counts = Counter(answer.truth for answer in answers if answer.kind is kind)
        if counts:
            told = joined(
                Text(f"{label.ja} {counts[truth]}", f"{label.en} {counts[truth]}")
                for truth, label in IN_OR_OUT.items()
            )
            yield told_as(DESIGNATION_KIND_LABELS[kind], told)


def _all_outside(rows: int, file: str) -> Problem:
    return error(
        "list-outside-plans",
        Text(
            f"{rows:,}行すべてが、登録簿の計画の都道府県の外にあります",
            f"all {rows:,} rows lie outside the prefectures of the register's plans",
        ),
        Text(
            "一覧と登録簿の都道府県、座標の緯度・経度の列を確かめてください",
            "check that list and register belong together, and the columns of coordinates",
        ),
        file=file,
    )


# --- files


def refuse_answer_suffix(path: Path) -> None:
    """Refuse a target of no form that answers are written in.

    Raises
    ------
    UsageError
        It is none of ``.csv``, ``.xlsx`` and ``.geojson``.
    """
    message = Text("この拡張子では書き出せません", "no answers have this suffix")
    refuse_other_suffix(path, (*SUFFIXES, _GEOJSON), "plan-answers-kind", message)


def write_plan_answers(
    found: PlanAnswers, path: Path, *, lang: Lang, force: bool = False
) -> WrittenFile:
    """Write answers to a file.

    Parameters
    ----------
    found : PlanAnswers
        The answers.
    path : Path
        ``.csv``, ``.xlsx`` or ``.geojson``.
    lang : Lang
        Language of words; machine names stay.
    force : bool
        Replace what is there.

    Raises
    ------
    UsageError
        Another suffix.
    OutputExistsError, OutputError
        A file is there and `force` is not given, or the target cannot be written.
    """
    refuse_answer_suffix(path)
    if path.suffix.lower() != _GEOJSON:
        return write_page(found.page, path, lang=lang, force=force)
    features = (
        Feature(
            f"{row.row}/{row.kind.value}",
            properties(PLAN_ANSWER_COLUMNS, row, lang),
            None if row.lon is None or row.lat is None else point(row.lon, row.lat),
        )
        for row in found.page.rows
    )
    return write_whole(path, collection((), features), force=force)
