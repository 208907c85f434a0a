"""What goes where in a first run file, and why: decided from a survey alone.

Nothing is read or written here. Every decision carries its reason, which the run file says in a
comment beside it: what is taken is taken for a cause, and what lies there unused is named with one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from boundaries.codes import adjacent_prefectures
from groundfloor.frozen import FrozenDict
from groundfloor.problems import Text
from spots.judging.policy import Policy
from spots.judging.policy_files import preset_document, preset_names
from spots.public_data.catalogue import osm_regions
from spots.starting.choosing import (
    Choice,
    extracts_beside,
    meets,
    newest,
    outlines_of,
    roads_of,
)
from spots.starting.planned_lists import ListsOfSurvey, PlannedList
from spots.starting.recognised import Bounds, DataKind, FoundData, PassedOver, Survey
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
#: The preset whose rule is the example where a prefecture has none of its own.
EXAMPLE = "kumamoto"


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
    roads_beside : tuple of FoundData
        Extracts of neighbouring regions.
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
    roads_beside: tuple[FoundData, ...]
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
    def caveat(self) -> Text | None:
        """What every output says of hospitals that report themselves; None without them."""
        roles = {e.role for e in self.used_lists if e.data.kind is DataKind.BED_REPORT}
        if Role.CANDIDATE in roles:
            return words.SELF_REPORTED_CAVEAT
        return words.NEIGHBOURS_CAVEAT if roles else None

    @property
    def lists_wanted(self) -> tuple[FacilityType, ...]:
        """The types of which no list of the prefecture's own is there."""
        reported = any(
            e.data.kind is DataKind.BED_REPORT and e.role is Role.CANDIDATE for e in self.used_lists
        )
        return tuple(
            kind
            for kind, number in CRITERIA.items()
            if number in self.not_given or (kind is FacilityType.SECONDARY_EMERGENCY and reported)
        )

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
        more = (*self.roads_beside, *self.positions, *self.population, *towns)
        return tuple(dict.fromkeys((*taken, *lists, *more)))


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
        lists = tuple(ListsOfSurvey(self.survey, own, beside).planned()) if policy.judges else ()
        given = {e.type for e in lists if e.used and e.role is Role.CANDIDATE}
        given |= {
            kind for e in lists if e.used and e.data.signs for kind in e.data.signs.typed_rows
        }
        absent = tuple(n for kind, n in CRITERIA.items() if kind not in given)
        regions = osm_regions(own)
        roads = roads_of(self.survey, self.places, regions)
        beyond = extracts_beside(self.survey, roads, self.ground, regions)
        others = tuple(pair for pair in roads.others if pair[0] not in beyond)
        plan = StartPlan(
            prefecture=own,
            survey=self.survey,
            policy=policy,
            outlines=outlines,
            beside=neighbours,
            areas=areas,
            index=index,
            roads=Choice(roads.taken, others),
            roads_beside=beyond,
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
            found = [
                each
                for each in self.survey.of(kind)
                if self.prefecture in (each.prefectures or {self.prefecture})
                and not any(e.used and e.data is each for e in lists)
            ]
            latest = max((each.edition for each in found), default="")
            yield from (each for each in found if each.edition == latest)
            if found:
                break  # the other is of 2020, or of the same institutions
        for each in self.survey.of(DataKind.RESULT):
            if self.prefecture in each.prefectures:
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


_NO_USE = FrozenDict(
    {
        DataKind.PLACES: words.PLACES_TO_NAME,
        DataKind.ROAD_LINES: words.LINES_WITHOUT_CLASS,
        DataKind.RUN_FILE: words.A_RUN_FILE,
        DataKind.RESULT: words.A_RESULT,
        DataKind.IRYO_JOHO: words.NO_NEED_OF_POSITIONS,
        DataKind.P04: words.NO_NEED_OF_POSITIONS,
        DataKind.TOWNS: words.NO_NEED_OF_TOWNS,
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
