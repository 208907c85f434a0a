"""What goes where in a first run file, and why: decided from a survey alone.

Nothing is read or written here. Every decision carries its reason, which the run file says in a
comment beside it: what is taken is taken for a cause, and what lies there unused is named with one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from boundaries.codes import adjacent_prefectures
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document, preset_names
from spots.starting.choosing import Choice, TownNames, meets, newest, outlines_of, roads_of
from spots.starting.list_signs import KOKUJI, ROTATION, SELF_REPORTED
from spots.starting.recognised import Bounds, DataKind, FoundData, PassedOver, Survey, TypeMark
from spots.telling import starting_words as words
from spots.types import FacilityType, Role

#: The criteria of the circle rule, by the type that each asks for.
CRITERIA = FrozenDict(
    {
        FacilityType.BASE_HOSPITAL: 1,
        FacilityType.REMOTE_CLINIC: 2,
        FacilityType.SECONDARY_EMERGENCY: 3,
    }
)
_EMERGENCY = FacilityType.SECONDARY_EMERGENCY
#: The preset whose rule is the example where a prefecture has none of its own.
EXAMPLE = "kumamoto"
# Of several lists of 二次救急病院 the first of these is judged by; the others stand beside it.
_LISTS = (ROTATION, "", KOKUJI, SELF_REPORTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedList:
    """A ``[[facilities]]`` of the run file.

    Parameters
    ----------
    title : Text
        What the layer is called.
    data : FoundData
        The file.
    type : FacilityType or None
        Type of all its rows; None where a column says it, or nobody does.
    role : Role
        Judged, or only reached.
    list_name : str
        What a criterion asks for; may be empty.
    where : mapping of str to tuple of str
        Which rows are used.
    why : Text
        Why it is used so.
    used : bool
        Whether it is used; else it stands there as a comment.
    """

    title: Text
    data: FoundData
    type: FacilityType | None
    role: Role = Role.CANDIDATE
    list_name: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    why: Text
    used: bool = True


@dataclass(frozen=True, slots=True)
class PlannedPolicy:
    """The policy of the run file.

    Parameters
    ----------
    preset : str
        Its preset.
    example : bool
        Whether it is another prefecture's rule, to begin with.
    why : Text
        Why it is taken.
    own : str
        The prefecture's own preset, where its inputs are not there; else empty.
    judges : bool
        Whether it judges institutions.
    lacking : tuple of str
        Layers, lists and tables that the own preset asks for by name.
    """

    preset: str
    example: bool
    why: Text
    own: str = ""
    judges: bool = True
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPlan:
    """A first run file, decided.

    Parameters
    ----------
    prefecture : str
        Two digits.
    survey : Survey
        What it is decided from.
    policy : PlannedPolicy
        The rule.
    outlines : Choice
        Of the prefecture.
    beside : tuple of Choice
        Outlines of touching prefectures.
    areas, index, roads : Choice
        As the tables of the run file.
    lists : tuple of PlannedList
        Those in use first.
    not_given : tuple of int
        Criteria without a list.
    positions : tuple of FoundData
        Sources of positions, in the order in which they are asked.
    population : tuple of FoundData
        Cells of people that meet the prefecture.
    towns : FoundData or None
        Table of town blocks.
    unused : tuple of PassedOver
        What was recognised and is of no use here.
    """

    prefecture: str
    survey: Survey
    policy: PlannedPolicy
    outlines: Choice
    beside: tuple[Choice, ...]
    areas: Choice
    index: Choice
    roads: Choice
    lists: tuple[PlannedList, ...]
    not_given: tuple[int, ...]
    positions: tuple[FoundData, ...]
    population: tuple[FoundData, ...]
    towns: FoundData | None
    unused: tuple[PassedOver, ...]

    @property
    def touching(self) -> tuple[str, ...]:
        """The prefectures that touch it, two digits each."""
        return tuple(sorted(adjacent_prefectures(self.prefecture)))

    @property
    def used_lists(self) -> tuple[PlannedList, ...]:
        """The lists that the run file uses."""
        return tuple(each for each in self.lists if each.used)

    @property
    def runnable(self) -> bool:
        """Whether the run file runs as it is: nothing is named that is not there."""
        ground = self.outlines.taken is not None
        if not self.policy.judges:
            return ground
        judged = any(each.role is Role.CANDIDATE for each in self.used_lists)
        return bool(ground and judged and self.areas.taken and self.index.taken)

    @property
    def files(self) -> tuple[FoundData, ...]:
        """Every file that the run file names."""
        choices = (self.outlines, *self.beside, self.areas, self.index, self.roads)
        taken = [choice.taken for choice in choices if choice.taken is not None]
        towns = (self.towns,) if self.towns is not None else ()
        lists = (each.data for each in self.used_lists)
        return tuple(dict.fromkeys((*taken, *lists, *self.positions, *self.population, *towns)))


def plan_of(
    survey: Survey, prefecture: str, ground: Bounds | None, places: Sequence[tuple[float, float]]
) -> StartPlan:
    """Decide a first run file.

    Parameters
    ----------
    survey : Survey
        What lies in the folder.
    prefecture : str
        Two digits.
    ground : tuple of float or None
        Bounds of the prefecture; None where its outlines are not there.
    places : sequence of (float, float)
        A point of each of its municipalities: roads must reach most of them.
    """
    return _Planning(survey, prefecture, ground, tuple(places)).plan()


@dataclass(slots=True)
class _Planning:
    """One decision after another, each of which the later ones know."""

    survey: Survey
    prefecture: str
    ground: Bounds | None
    places: tuple[tuple[float, float], ...]

    def plan(self) -> StartPlan:
        """Return the plan."""
        own = self.prefecture
        beside = sorted(adjacent_prefectures(own))
        outlines, neighbours = outlines_of(self.survey, own, beside)
        areas = newest(e for e in self.survey.of(DataKind.AREAS) if own in e.prefectures)
        index = newest(e for e in self.survey.of(DataKind.INDEX) if own in e.prefectures)
        policy = planned_policy(own, has_index=bool(areas.taken and index.taken))
        lists = tuple(_Lists(self.survey, own, beside).planned()) if policy.judges else ()
        given = {e.type for e in lists if e.used and e.role is Role.CANDIDATE}
        given |= {
            kind for e in lists if e.used and e.data.signs for kind in e.data.signs.typed_rows
        }
        absent = tuple(n for kind, n in CRITERIA.items() if kind not in given)
        roads = roads_of(self.survey, self.places)
        plan = StartPlan(
            prefecture=own,
            survey=self.survey,
            policy=policy,
            outlines=outlines,
            beside=neighbours,
            areas=areas,
            index=index,
            roads=roads,
            lists=lists,
            not_given=absent if policy.judges else (),
            positions=tuple(self._positions(lists)),
            population=tuple(self._people()),
            towns=self._towns(lists),
            unused=(),
        )
        return _with_unused(plan)

    def _people(self) -> Iterator[FoundData]:
        for each in self.survey.of(DataKind.POPULATION):
            if self.ground is not None and meets(each.bounds, self.ground):
                yield each

    def _towns(self, lists: Sequence[PlannedList]) -> FoundData | None:
        """Return the table of town blocks, where a list in use has addresses and no positions."""
        signs = [e.data.signs for e in lists if e.used and e.data.signs is not None]
        if not any(each.addressed for each in signs):
            return None
        tables = self.survey.of(DataKind.TOWNS)
        return next((e for e in tables if self.prefecture in e.prefectures), None)

    def _positions(self, lists: Sequence[PlannedList]) -> Iterator[FoundData]:
        """Yield sources of positions, where a list in use has institutions without one."""
        used = [e.data.signs for e in lists if e.used and e.data.signs is not None]
        if all(signs.positioned == signs.rows for signs in used):
            return
        for kind in (DataKind.IRYO_JOHO, DataKind.P04):
            for each in self.survey.of(kind):
                listed = any(e.used and e.data is each for e in lists)
                if not listed and self.prefecture in (each.prefectures or {self.prefecture}):
                    yield each


def planned_policy(prefecture: str, *, has_index: bool) -> PlannedPolicy:
    """Return the prefecture's own preset, where its inputs are there, else the example.

    Presets of programmes and of candidates are none: they draw no 医師少数スポット and no
    重点医師偏在対策支援区域.
    """
    for name in preset_names():
        data = preset_document(name).data
        results = {result["kind"] for result in data.get("result", ())}
        if data["policy"]["prefecture"] != prefecture or results & {"programme", "candidate"}:
            continue
        policy = Policy.from_document(preset_document(name), {})
        lacking = tuple(_named_inputs(data))
        judges = policy.judges_facilities
        if lacking or (policy.needs_index and not has_index and not judges):
            why = words.preset_lacks(name, lacking)
            return PlannedPolicy(EXAMPLE, example=True, why=why, own=name, lacking=lacking)
        return PlannedPolicy(name, example=False, why=words.PRESET_OF_ITS_OWN, judges=judges)
    return PlannedPolicy(EXAMPLE, example=True, why=words.EXAMPLE_RULE)


def _named_inputs(data: Mapping[str, object]) -> Iterator[str]:
    """Yield the layers, lists and tables that selections of a preset ask for by name."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if key in {"layer", "listed", "table"} and isinstance(inner, str):
                    yield inner
                else:
                    yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    yield from dict.fromkeys(walk(data.get("select", ())))


class _Lists:
    """The lists of institutions of a survey, each with what it is good for."""

    def __init__(self, survey: Survey, own: str, beside: Sequence[str]) -> None:
        self.survey, self.own, self.beside = survey, own, beside
        self.towns = TownNames(survey)

    def planned(self) -> list[PlannedList]:
        """Return the lists in use, judged ones first, and the others that may be."""
        own = [
            entry
            for data in self.survey.of(DataKind.LIST)
            if self._is_own(data)
            for entry in self._entries(data)
        ]
        report = [self._reported(e) for e in self.survey.of(DataKind.BED_REPORT) if self._in(e)]
        chosen = _one_of_each([*own, *report])
        if not any(entry.used for entry in chosen):
            chosen += self._hospitals()
        neighbours = [e for data in self.survey.of(DataKind.BED_REPORT) for e in self._beyond(data)]
        used = [e for e in chosen if e.used]
        return [*used, *neighbours, *(e for e in chosen if not e.used)]

    @cached_property
    def _counts(self) -> dict[FoundData, Counter[str]]:
        return {e: self._prefectures(e) for e in self.survey.found if e.signs is not None}

    def _prefectures(self, data: FoundData) -> Counter[str]:
        signs = data.signs
        if signs is None:
            return Counter()
        return Counter(signs.by_prefecture) + self.towns.prefectures_of(signs.municipalities)

    def _is_own(self, data: FoundData) -> bool:
        """Tell whether a colleague's list is about the prefecture; one that says nothing is."""
        counts, signs = self._counts[data], data.signs
        told_apart = signs is not None and bool(signs.prefecture_column)
        own = counts[self.own]
        return not counts or (own > 0 and (told_apart or 2 * own > counts.total()))

    def _in(self, data: FoundData) -> bool:
        return self._counts[data][self.own] > 0

    def _where(self, data: FoundData, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the filter for prefectures; empty for a list of no others."""
        signs = data.signs
        if signs is None or set(self._counts[data]) <= set(codes) or not signs.prefecture_column:
            return {}
        cells = tuple(cell for code in codes for cell in signs.prefecture_words.get(code, ()))
        return {signs.prefecture_column: cells} if cells else {}

    def _entries(self, data: FoundData) -> Iterator[PlannedList]:
        """Yield what a colleague's list may be used as."""
        signs = data.signs
        if signs is None:
            return
        where = FrozenDict(self._where(data, (self.own,)))
        if signs.typed_rows:
            name = ROTATION if _EMERGENCY in signs.typed_rows else ""
            title = words.list_title(None, _called(data))
            yield PlannedList(
                title=title, data=data, type=None, list_name=name, where=where, why=words.BY_COLUMN
            )
        elif signs.marks:
            for mark in signs.marks:
                yield self._marked(data, mark, where)
        elif signs.guessed is not None:
            yield PlannedList(
                title=words.list_title(signs.guessed, _called(data)),
                data=data,
                type=signs.guessed,
                list_name=ROTATION if signs.guessed is _EMERGENCY else "",
                where=where,
                why=words.CANDIDATES_ONLY if signs.candidates else words.BY_NAME,
                used=not signs.candidates,
            )
        else:
            title = words.list_title(None, _called(data))
            yield PlannedList(
                title=title, data=data, type=None, where=where, why=words.TYPE_UNKNOWN, used=False
            )

    def _marked(
        self, data: FoundData, mark: TypeMark, where: Mapping[str, tuple[str, ...]]
    ) -> PlannedList:
        return PlannedList(
            title=words.list_title(mark.type, _called(data), mark.list_name),
            data=data,
            type=mark.type,
            list_name=mark.list_name,
            where=FrozenDict({**where, mark.column: mark.yes}),
            why=words.by_mark(mark.column),
        )

    def _reported(self, data: FoundData, codes: Sequence[str] = ()) -> PlannedList:
        """Return the hospitals of 病床機能報告 that say themselves that they are 二次救急."""
        signs = data.signs
        mark = signs.marks[0] if signs is not None else None
        where = self._where(data, codes or (self.own,))
        if mark is not None:
            where[mark.column] = mark.yes
        beyond = bool(codes)
        return PlannedList(
            title=words.NEIGHBOURS_TITLE if beyond else words.REPORTED_TITLE,
            data=data,
            type=_EMERGENCY,
            role=Role.DESTINATION if beyond else Role.CANDIDATE,
            list_name="" if beyond else SELF_REPORTED,
            where=FrozenDict(where),
            why=words.neighbours_reported(codes) if beyond else words.SELF_REPORTED_WHY,
        )

    def _beyond(self, data: FoundData) -> Iterator[PlannedList]:
        codes = tuple(code for code in self.beside if self._counts[data][code])
        if codes:
            yield self._reported(data, codes)

    def _hospitals(self) -> list[PlannedList]:
        """Return all hospitals without a type, so that there is a map; nobody is judged."""
        sources = [e for e in self.survey.of(DataKind.IRYO_JOHO, DataKind.P04) if self._in(e)]
        return [
            PlannedList(
                title=words.ALL_HOSPITALS_TITLE,
                data=data,
                type=None,
                where=FrozenDict(self._where(data, (self.own,))),
                why=words.ALL_HOSPITALS_WHY,
            )
            for data in sources[:1]
        ]


def _one_of_each(entries: Sequence[PlannedList]) -> list[PlannedList]:
    """Return entries of which one is used for each list; of 二次救急病院 the best alone."""
    emergency = [e for e in entries if e.used and e.type is _EMERGENCY]
    typed = any(
        e.used and e.type is None and e.data.signs and _EMERGENCY in e.data.signs.typed_rows
        for e in entries
    )
    ranked = sorted(emergency, key=lambda e: _LISTS.index(e.list_name))
    best = None if typed or not ranked else ranked[0]
    return [
        entry
        if entry not in emergency or entry is best
        else replace(entry, why=words.ANOTHER_LIST, used=False)
        for entry in entries
    ]


def _with_unused(plan: StartPlan) -> StartPlan:
    """Return the plan with what was recognised and has no place in it."""
    choices = (plan.outlines, *plan.beside, plan.areas, plan.index, plan.roads)
    said = {id(data) for choice in choices for data, _ in choice.others}
    said |= {id(data) for data in plan.files} | {id(entry.data) for entry in plan.lists}
    unused = tuple(
        PassedOver(each.shown, _no_use(each, plan))
        for each in plan.survey.found
        if id(each) not in said and each.kind is not DataKind.FORM and not _is_elsewhere(each, plan)
    )
    return replace(plan, unused=(*_others_together(plan), *unused))


def _others_together(plan: StartPlan) -> tuple[PassedOver, ...]:
    """Return files of other prefectures as one, for a folder of the whole country has many."""
    elsewhere = [each for each in plan.survey.found if _is_elsewhere(each, plan)]
    if not elsewhere:
        return ()
    first, more = elsewhere[0].shown, len(elsewhere) - 1
    codes = frozenset[str]().union(*(each.prefectures for each in elsewhere))
    return (PassedOver(first, words.of_others(codes), more),)


def _is_elsewhere(each: FoundData, plan: StartPlan) -> bool:
    """Tell whether something is about other prefectures, and none of them needed."""
    near = each.kind is DataKind.LIST and not each.prefectures.isdisjoint(plan.touching)
    taken = {id(c.taken) for c in plan.beside} | {id(d) for c in plan.beside for d, _ in c.others}
    if near or id(each) in taken or not each.prefectures:
        return False
    return plan.prefecture not in each.prefectures


def _called(data: FoundData) -> str:
    """Return what a file is called, or the sheet or part that is meant."""
    return data.sheet or data.layer or PurePosixPath(data.member or data.name).stem


_NO_USE = FrozenDict(
    {
        DataKind.PLACES: words.PLACES_TO_NAME,
        DataKind.ROAD_LINES: words.LINES_WITHOUT_CLASS,
        DataKind.RUN_FILE: words.A_RUN_FILE,
        DataKind.RESULT: words.A_RESULT,
        DataKind.IRYO_JOHO: words.NO_NEED_OF_POSITIONS,
        DataKind.P04: words.NO_NEED_OF_POSITIONS,
        DataKind.TOWNS: words.NO_NEED_OF_POSITIONS,
    }
)


def _no_use(each: FoundData, plan: StartPlan) -> Text:
    """Return why something that was recognised is not used."""
    lists = {DataKind.LIST, DataKind.BED_REPORT, DataKind.IRYO_JOHO, DataKind.P04, DataKind.TOWNS}
    if each.prefectures and plan.prefecture not in each.prefectures:
        return words.LIST_OF_A_NEIGHBOUR
    if not plan.policy.judges and each.kind in lists:
        return words.NO_LISTS_NEEDED
    if each.kind is DataKind.LIST or each.kind is DataKind.POPULATION:
        return words.OF_ANOTHER_PREFECTURE
    return _NO_USE.get(each.kind, words.NOT_USED)
