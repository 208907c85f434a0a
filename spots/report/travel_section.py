"""What the report shows of times: the dossier's facts and tables of a facility."""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Lang, Text
from spots.report.report_data import Cell, PageColumn, PageFact, Table
from spots.telling.dossier import Dossier
from spots.telling.dossier_facts import Fact, Section, Tone
from spots.telling.evidence_words import SAME_HOSPITAL
from spots.telling.labels import UNREACHABLE, listed
from spots.telling.wording import NONE, sentence
from spots.types import Verdict

# So that the longest word for a truth, or a change of it, fits.
_TRUTH_MM = {Lang.JA: 18.0, Lang.EN: 24.0}
#: What a page says in a line of its own.
_SAID = frozenset({"speeds"})
_HEAD = frozenset({"nearest", "time", "threshold", "margin"})
#: Parts of the way that decided which are parts of its time.
PARTS_OF_TIME = ("access", "driving", "delays", "crossing", "wait", "egress")
_WAY = Text("主な道路", "Main roads")
_MORE = Text("有料道路・フェリー", "Toll, ferry")


def first(dossier: Dossier, kind: str) -> Section | None:
    """Return the section of the first criterion that measured."""
    return next(iter(dossier.of(kind)), None)


def time_facts(dossier: Dossier, lang: Lang) -> tuple[PageFact, ...]:
    """Return the decisive time and what it is made of."""
    travel, ways = first(dossier, "travel"), first(dossier, "nearest")
    if travel is None:
        return ()
    way = ways.fact("way.1") if ways else None
    parts = [p for p in (way.part(key) for key in PARTS_OF_TIME) if p] if way else []
    said = _SAID if way is None else {*_SAID, "nearest"}  # the table of ways begins with it
    told = [fact for fact in travel.facts if fact.key not in said]
    head = [fact for fact in told if fact.key in _HEAD]
    rest = [fact for fact in told if fact.key not in _HEAD]
    problem = dossier.fact("position_problem")
    facts = (*head, *parts, *rest, *((problem,) if problem else ()))
    return tuple(_pair(fact, lang) for fact in facts)


def _pair(fact: Fact, lang: Lang) -> PageFact:
    return PageFact(fact.label.render(lang), fact.words.render(lang), fact.tone.value)


def nearest_table(dossier: Dossier, lang: Lang) -> Table:
    """Return the nearest hospitals: time, length, roads, toll and ferry."""
    columns = (
        PageColumn("", 8, align="center"),
        PageColumn(Text("病院", "Hospital").render(lang), 1.1, share=True),
        PageColumn(Text("所要時間", "Travel time").render(lang), 23, align="right"),
        PageColumn(Text("経路の長さ", "Distance").render(lang), 20, align="right"),
        PageColumn(_WAY.render(lang), 1.3, share=True),
        PageColumn(_MORE.render(lang), 32),
    )
    section = first(dossier, "nearest")
    ways = [fact for fact in (section.facts if section else ()) if fact.parts]
    rows = tuple(_way(rank, fact, lang) for rank, fact in enumerate(ways, 1))
    none = UNREACHABLE if _cut_off(dossier.verdict) else Text("計算していません", "not computed")
    return Table(columns, rows, empty=none.render(lang))


def _cut_off(verdict: Verdict) -> bool:
    return verdict.travel is not None and verdict.travel.reachable is False


def _way(rank: int, fact: Fact, lang: Lang) -> tuple[Cell, ...]:
    return (
        Cell(str(rank), tone="strong"),
        Cell(fact.part_words("name", lang), tone="strong" if rank == 1 else ""),
        Cell(fact.part_words("time", lang)),
        Cell(fact.part_words("distance", lang)),
        Cell(fact.part_words("roads", lang, "–")),
        Cell("\n".join(_extras(fact, lang)) or NONE.render(lang)),
    )


def _extras(fact: Fact, lang: Lang) -> Iterator[str]:
    tolls, ferries = fact.part("tolls"), fact.part("ferries")
    if tolls:
        yield f"{tolls.label.render(lang)} {tolls.words.render(lang)}"
    if ferries and isinstance(ferries.value, tuple):
        # Crossing and waiting stand among the parts of the time.
        yield f"{ferries.label.render(lang)} {listed(map(str, ferries.value), lang)}"


def variants_table(dossier: Dossier, lang: Lang) -> Table | None:
    """Return the question under single other assumptions; None where none was tried."""
    facts = [fact for section in dossier.of("assumptions") for fact in section.facts]
    tried = [fact for fact in facts if fact.key.startswith("assumption.")]
    if not tried:
        return None
    columns = (
        PageColumn(Text("前提", "Assumption").render(lang), 1.5, share=True),
        PageColumn(Text("病院", "Hospital").render(lang), 1.1, share=True),
        PageColumn(Text("所要時間", "Travel time").render(lang), 21, align="right"),
        PageColumn(Text("要件の判定", "Criterion").render(lang), _TRUTH_MM[lang], align="center"),
        PageColumn(Text("状態", "State").render(lang), 24),
    )
    rows = tuple(
        tuple(
            Cell(text, tone="warn" if fact.tone is Tone.WARN else "")
            for text in (
                fact.label.render(lang),
                _hospital(fact, dossier.verdict, lang),
                *(fact.part_words(key, lang) for key in ("time", "truth", "state")),
            )
        )
        for fact in tried
    )
    return Table(columns, rows)


def _hospital(fact: Fact, verdict: Verdict, lang: Lang) -> str:
    """Return the nearest hospital under an assumption; in a word where it stays, for room."""
    part, travel = fact.part("name"), verdict.travel
    if part and travel and part.value is not None and part.value == travel.nearest_id:
        return SAME_HOSPITAL.render(lang)
    return fact.part_words("name", lang)


def turning_sentence(dossier: Dossier, lang: Lang) -> str:
    """Return what turns the verdict: the speeds, then the assumptions; empty where unknown."""
    speeds, turned_by = dossier.fact("speeds"), dossier.fact("turned_by")
    lines = [sentence(speeds.words).render(lang)] if speeds else []
    if turned_by and turned_by.value is not None:
        colon = Text("：", ": ").render(lang)
        lines.append(f"{turned_by.label.render(lang)}{colon}{turned_by.words.render(lang)}")
    return "\n".join(lines)
