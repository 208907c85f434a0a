"""A plan as the text of a run file: every setting with a line that says what it is.

Comments and keys are written in the order in which people fill them in; what is not in use stands
beside what is, with its reason, a ``#`` away.

Stands apart: how a page reads is one matter, which files are written where is another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from boundaries.codes import PREFECTURES, ROMAN_NAMES
from boundaries.indices import PUBLISHED_AVERAGES, PUBLISHED_CUT_OFFS
from groundfloor.problems import Lang, Text
from groundfloor.toml import toml_line
from spots.starting.planned_lists import PlannedList
from spots.starting.recognised import DataKind, FoundData, PassedOver
from spots.starting.start_plan import CRITERIA, StartPlan
from spots.telling import run_file_words as words
from spots.telling import starting_words
from spots.types import FacilityType, Role

#: The way to a file as the run file names it.
Way = Callable[[FoundData], str]
_MARKS = {
    FacilityType.BASE_HOSPITAL: "①",
    FacilityType.REMOTE_CLINIC: "②",
    FacilityType.SECONDARY_EMERGENCY: "③",
}
_WIDTH = 96
_MOST_LEFT = 60  # names of files not in use; a folder may have thousands
#: What stands for a drive where no roads are: see the comments beside them.
DETOUR_FACTOR, SPEED_KMH = 1.3, 40
_SOURCES = {
    DataKind.AREAS: "「国土数値情報（医療圏データ）」（国土交通省）を加工して作成",
    DataKind.BED_REPORT: "厚生労働省 病床機能報告",
    DataKind.IRYO_JOHO: "厚生労働省 医療情報ネット オープンデータ",
    DataKind.P04: "「国土数値情報（医療機関データ）」（国土交通省）を加工して作成",
}
_N03 = "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成"
_OSM = "© OpenStreetMap contributors (ODbL)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNames:
    """What the files beside a run file are called.

    Parameters
    ----------
    run_file : str
        The run file.
    missing : str
        The list of what is missing.
    output : str
        The folder of the result.
    forms : mapping of FacilityType to str
        The forms to fill in.
    places : mapping of str to str
        Likewise of the places and names that the prefecture's own preset asks for.
    wanted : mapping of str to str
        What files are called that are not there yet: ``n03``, ``a38``, ``index``.
    """

    run_file: str
    missing: str
    output: str
    forms: Mapping[FacilityType, str]
    places: Mapping[str, str]
    wanted: Mapping[str, str]


def run_file_text(plan: StartPlan, names: PageNames, way: Way, lang: Lang) -> str:
    """Return the run file of a plan.

    Parameters
    ----------
    plan : StartPlan
        What goes where.
    names : PageNames
        The files beside it.
    way : callable
        The path of a file as seen from the run file.
    lang : Lang
        Language of comments and of the result.
    """
    page = _Page(plan, names, way, lang)
    parts = (page.head, page.run, page.policy, page.lists, page.places, page.ground, page.roads)
    for part in parts:
        part()
    page.people()
    page.rest()
    return "\n".join(page.lines).rstrip() + "\n"


@dataclass(slots=True)
class _Page:
    """The lines of one run file; mutable."""

    plan: StartPlan
    names: PageNames
    way: Way
    lang: Lang
    lines: list[str] = field(default_factory=list)

    # --- writing

    def say(self, text: Text, **filled: object) -> None:
        """Write a comment, folded."""
        shown = text.render(self.lang).format(**filled)
        for line in _folded(shown, self.lang):
            self.lines.append(f"# {line}")

    def put(self, key: str, value: object, why: Text | None = None, **filled: object) -> None:
        """Write a key, with its comment above."""
        if why is not None:
            self.say(why, **filled)
        line = toml_line(key, value)
        if isinstance(value, list) and "\n" not in line and len(line) > _WIDTH:
            entries = (toml_line("x", each).removeprefix("x = ") for each in value)
            self.lines += [f"{key} = [", *(f"    {entry}," for entry in entries), "]"]
        else:
            self.lines += line.splitlines()

    def table(self, name: str, why: Text | None = None) -> None:
        """Begin a table."""
        self.lines.append("")
        if why is not None:
            self.say(why)
        self.lines.append(name)

    def aside(self, lines: Iterable[str]) -> None:
        """Write lines that are not in use."""
        self.lines += [f"# {line}" if line else "#" for line in lines]

    def other(self, data: FoundData, why: Text) -> None:
        """Name a candidate that another one was preferred to."""
        self.say(words.OTHER, why=why.render(self.lang))
        self.aside([toml_line("file", self.way(data))])

    def text(self, both: Text) -> dict[str, str]:
        return {"ja": both.ja, "en": both.en}

    # --- the parts

    def head(self) -> None:
        """Say what this file is, and how it is used."""
        told = {
            "title": (PREFECTURES if self.lang == Lang.JA else ROMAN_NAMES)[self.plan.prefecture],
            "file": self.names.run_file,
            "missing": self.names.missing,
            "prefecture": self.plan.prefecture,
        }
        first, runs, *others = words.HEAD
        self.say(first, **told)
        self.say(runs if self.plan.runnable else words.NOT_RUNNABLE, **told)
        for line in others:
            self.say(line, **told)

    def run(self) -> None:
        """Write ``[run]``."""
        self.table("[run]", words.RUN)
        self.put("output", self.names.output, words.OUTPUT)
        self.put("lang", self.lang.value, words.LANG)
        if self.plan.not_given:
            self.put("not_given", list(self.plan.not_given), words.NOT_GIVEN)
        if caveat := self.plan.caveat:
            self.put("caveats", [self.text(caveat)], words.CAVEATS)

    def policy(self) -> None:
        """Write ``[policy]`` and what is laid over the preset."""
        policy, code = self.plan.policy, self.plan.prefecture
        self.table("[policy]", words.POLICY)
        self.say(policy.why)
        if policy.own:
            self.say(words.PRESET_LATER, own=policy.own)
        self.put("preset", policy.preset)
        if policy.example:
            self.table("[policy.override]")
            self.put("exclude_municipality", [], words.EXCLUDE)
            self.table("[policy.override.policy]")
            self.put("prefecture", code, words.PREFECTURE)
            title, source = starting_words.example_title(code), starting_words.example_source(code)
            self.put("title", self.text(title), words.TITLE)
            self.put("source", self.text(source), words.SOURCE_OF_RULE)
        asked = [
            e.list_name
            for e in self.plan.used_lists
            if e.role is Role.CANDIDATE and e.list_name and _is_emergency(e)
        ]
        if asked and asked[0] != "rotation":
            self.table("[policy.override.criterion.3]")
            self.put("list", asked[0], words.LIST_OF_3)

    def lists(self) -> None:
        """Write every ``[[facilities]]``, and the forms of lists that are missing."""
        plan = self.plan
        if not plan.policy.judges:
            return
        self.lines.append("")
        self.say(words.FACILITIES)
        for entry in plan.used_lists:
            self._list(entry, explained=entry is plan.used_lists[0])
        for entry in plan.lists:
            if not entry.used:
                self._list_aside(entry)
        self._forms()

    def _list(self, entry: PlannedList, *, explained: bool) -> None:
        def why(text: Text) -> Text | None:
            return text if explained else None

        self.table("[[facilities]]")
        self.say(entry.why)
        self.put("name", entry.title.render(self.lang), why(words.NAME))
        self.put("file", self.way(entry.data), why(words.FILE))
        if part := entry.data.sheet or entry.data.layer:
            self.put("sheet", part, words.SHEET)
        mark = _MARKS[entry.type] if entry.type is not None else "none"
        self.put("type", mark, why(words.TYPE))
        if entry.role is Role.DESTINATION:
            self.put("role", entry.role.value, words.ROLE)
        if entry.list_name:
            self.put("list", entry.list_name, why(words.LIST))
        if entry.where:
            self.put("where", {c: list(v) for c, v in entry.where.items()}, why(words.WHERE))
        if entry.data.unit == "no-type-column":
            self.put("columns", {"type": ""}, words.COLUMNS)
        self._source(_SOURCES.get(entry.data.kind, ""))
        self._as_of()

    def _list_aside(self, entry: PlannedList) -> None:
        """Write a list that is not in use as it would stand there."""
        start = len(self.lines)
        self._list(entry, explained=False)
        body = self.lines[start:]
        del self.lines[start:]
        self.lines.append("")
        self.lines += [line if line.startswith("#") else f"# {line}".rstrip() for line in body[1:]]

    def _forms(self) -> None:
        for kind, number in CRITERIA.items():
            if kind in self.names.forms:
                self.lines.append("")
                given = number not in self.plan.not_given
                self.say(words.FORM_INSTEAD if given else words.FORM, number=number)
                title = starting_words.list_title(kind, "").render(self.lang)
                block = [
                    "[[facilities]]",
                    toml_line("name", title),
                    toml_line("file", self.names.forms[kind]),
                    toml_line("type", _MARKS[kind]),
                ]
                if kind is FacilityType.SECONDARY_EMERGENCY:
                    block.append(toml_line("list", "rotation"))
                self.aside(line for text in block for line in text.splitlines())

    def places(self) -> None:
        """Write the lists that the prefecture's own preset asks for, as they would stand there."""
        for name in self.plan.policy.lacking:
            table = "units" if name in _UNITS else "tables" if name in _NUMBERS else "entries"
            self.lines.append("")
            self.say(words.FOR_OWN_PRESET, own=self.plan.policy.own)
            self.aside(
                [
                    f"[[{table}]]",
                    toml_line("name", name),
                    *([toml_line("unit", _UNITS[name])] if name in _UNITS else []),
                    toml_line("file", self.names.places.get(name, "")),
                ]
            )

    def _source(self, source: str) -> None:
        if source:
            self.put("source", source)
        else:
            self.aside(['source = ""  # ' + words.SOURCE_UNKNOWN.render(self.lang)])

    def _as_of(self) -> None:
        self.aside(["as_of =   # " + words.AS_OF.render(self.lang)])

    # --- ground

    def ground(self) -> None:
        """Write municipalities, medical areas and indices."""
        plan = self.plan
        self.table("[municipalities]", words.MUNICIPALITIES)
        files = [c.taken for c in (plan.outlines, *plan.beside) if c.taken is not None]
        self._files([self.way(each) for each in files], "n03")
        if len(files) == 1 and files[0].layer:
            self.put("layer", files[0].layer, words.SHEET)
        # Of several files one of N03 is enough to owe the credit.
        self._source(_N03 if any(each.unit == "n03" for each in files) else "")
        self._as_of()
        for choice in (plan.outlines, *plan.beside):
            for data, why in choice.others:
                self.other(data, why)
        self.table("[medical_areas]", words.MEDICAL_AREAS)
        taken = plan.areas.taken
        self._files([self.way(taken)] if taken else [], "a38")
        self._source(_SOURCES[DataKind.AREAS] if taken and taken.layer else "")
        for data, why in plan.areas.others:
            self.other(data, why)
        self._index()

    def _files(self, files: list[str], wanted: str) -> None:
        """Write the files of a table; where there is none, that which is to be had."""
        if not files:
            self.say(words.NOT_THERE, missing=self.names.missing)
            files = [self.names.wanted[wanted]]
        self.put("file", files[0] if len(files) == 1 else files)

    def _index(self) -> None:
        plan, taken = self.plan, self.plan.index.taken
        self.table("[physician_index]", words.INDEX)
        self._files([self.way(taken)] if taken else [], "index")
        edition = taken.edition if taken else "2024-01"
        cut_offs, average = PUBLISHED_CUT_OFFS.get(edition), PUBLISHED_AVERAGES.get(edition)
        if cut_offs is None:
            unknown = edition or words.UNKNOWN_EDITION.render(self.lang)
            self.say(words.EDITION_UNKNOWN)
            self.put("edition", unknown)
            self.aside(["shortage_at_most =", "surplus_at_least ="])
        else:
            self.put("edition", edition, words.EDITION)
            self.say(words.CUT_OFFS, edition=edition)
            self.put("shortage_at_most", cut_offs[0])
            self.put("surplus_at_least", cut_offs[1])
            if average is not None:
                self.put("national_average", average, words.AVERAGE)
        self.put(
            "source",
            f"厚生労働省 医師偏在指標（{edition}）" if edition else "厚生労働省 医師偏在指標",
        )
        for data, why in plan.index.others:
            self.other(data, why)

    def roads(self) -> None:
        """Write ``[network]``."""
        plan, taken = self.plan, self.plan.roads.taken
        if not plan.policy.judges:
            return
        self.table("[network]", words.NETWORK)
        if taken is None:
            told = {"prefecture": plan.prefecture, "missing": self.names.missing}
            for line in words.STRAIGHT:
                self.say(line, **told)
            self.put("kind", "straight")
            self.put("detour_factor", DETOUR_FACTOR, words.DETOUR)
            self.put("speed_kmh", SPEED_KMH, words.SPEED)
            self.put("source", words.STRAIGHT_SOURCE.render(self.lang))
        else:
            self.put("file", self.way(taken))
            if plan.roads_beside:
                beside = [self.way(each) for each in plan.roads_beside]
                self.put("beside", beside, words.BESIDE)
            self.put("kind", taken.unit, words.KIND)
            if taken.nodes is not None:
                self.put("nodes", self.way(_nodes(taken)), words.NODES)
            if taken.unit != "saved":
                self.put("profile", "everyday", words.PROFILE)
            if taken.unit == "osm":
                self.put("source", _OSM)
            # All of them are as old as the oldest.
            if as_of := min(each.edition for each in (taken, *plan.roads_beside)):
                self.put("as_of", as_of)
        for data, why in plan.roads.others:
            self.other(data, why)

    def people(self) -> None:
        """Write what positions and people are taken from, where it is there."""
        plan = self.plan
        for each in plan.positions:
            self.table("[[positions]]", words.POSITIONS if each is plan.positions[0] else None)
            self.put("file", self.way(each))
            self.put("format", each.kind.value)
            if where := _nearby(each, (plan.prefecture, *plan.touching)):
                self.put("where", where)
            self.put("source", _SOURCES.get(each.kind, each.name))
        if plan.towns is not None:
            self.table("[towns]", words.TOWNS)
            self.put("file", self.way(plan.towns))
        if plan.population:
            self.table("[population]", words.PEOPLE)
            self.put("file", [self.way(each) for each in plan.population])
            self.say(words.PEOPLE_AS_OF)

    def rest(self) -> None:
        """Name what lies in the folder and is not used, and why."""
        self._named(words.LEFT, self.plan.unused)
        self._named(words.UNKNOWN, self.plan.survey.passed)

    def _named(self, head: Text, left: Iterable[PassedOver]) -> None:
        every = list(left)
        if not every:
            return
        self.lines += ["", f"# --- {head.render(self.lang)}"]
        for each in every[:_MOST_LEFT]:
            name = starting_words.and_more(each.name.replace("\n", " "), each.more)
            self.lines.append(
                f"# {name.render(self.lang)}: {' '.join(each.why.render(self.lang).split())}"
            )
        if len(every) > _MOST_LEFT:
            self.say(starting_words.more_line(len(every) - _MOST_LEFT))


# What presets call their layers and tables, and what units those are of.
_UNITS = {"districts": "district", "former": "former_municipality", "islands": "island"}
_NUMBERS = frozenset({"doctors"})


def _is_emergency(entry: PlannedList) -> bool:
    """Tell whether criterion ③ may count a list."""
    signs = entry.data.signs
    kind = FacilityType.SECONDARY_EMERGENCY
    return entry.type is kind or (signs is not None and kind in signs.typed_rows)


def _nearby(data: FoundData, codes: Sequence[str]) -> dict[str, list[str]]:
    """Return the filter for some prefectures, of a list of more; empty for any other."""
    signs = data.signs
    if signs is None or not signs.prefecture_column or set(signs.by_prefecture) <= set(codes):
        return {}
    cells = [cell for code in codes for cell in signs.prefecture_words.get(code, ())]
    return {signs.prefecture_column: cells}


def _nodes(links: FoundData) -> FoundData:
    """Return the table of places of a table of links, which lies beside it."""
    if links.nodes is None:
        return links
    name = links.name.rpartition("/")[0]
    own = f"{name}/{links.nodes.name}" if name else links.nodes.name
    return FoundData(path=links.nodes, name=own, kind=DataKind.ROADS)


def _folded(text: str, lang: Lang) -> list[str]:
    """Return a comment in lines that fit: Japanese anywhere, English between words."""
    room = _WIDTH // 2 if lang == Lang.JA else _WIDTH
    if lang == Lang.EN:
        lines: list[str] = []
        for word in text.split(" "):
            if lines and len(lines[-1]) + 1 + len(word) <= room:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines
    return [text]
