"""The part of a dossier about criteria on straight distance.

``distance.N``
    ``nearest``, ``straight``, ``limit_m``, ``margin_m``, ``ties``, ``further`` (the next nearest),
    ``missing``, ``border_m``, ``doubles``, ``if_one``.

Stands apart: a distance is asked of no road, and `dossier_travel` is about time.
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.problems import Text
from spots.telling.border_words import BORDER_LABELS, border_note
from spots.telling.dossier_facts import Fact, Known, Section, Tone
from spots.telling.findings import double_words
from spots.telling.labels import TYPE_LABELS
from spots.telling.straight_words import LENGTH, margin_m, missing_words
from spots.telling.units import kilometres, metres
from spots.telling.wording import joined, names, run_on, same
from spots.types import Border, DistanceEvidence, OtherAtDistance, Verdict


def distance_sections(verdict: Verdict, known: Known) -> Iterator[Section]:
    """Yield the section of each criterion on straight distance, in the policy's order."""
    for outcome in verdict.outcomes:
        if outcome.distance is not None:
            mark = known.criterion(outcome.number).mark
            kind = known.asked.get(outcome.number)
            what = TYPE_LABELS[kind] if kind else Text("病院", "hospital")
            title = Text(
                f"{mark} 最も近い他の{what.ja}までの直線距離",
                f"{mark} Straight distance to the nearest other {what.en}",
            )
            key = f"distance.{outcome.number}"
            yield Section(key, title, tuple(_facts(outcome.distance)))


def _facts(found: DistanceEvidence) -> Iterator[Fact]:
    limit, nearest = found.threshold_m, found.nearest
    if nearest is not None:
        far = nearest.line.distance_m
        label = Text("最も近い他の病院", "Nearest other hospital")
        yield Fact("nearest", label, same(nearest.name), nearest.id)
        yield Fact("straight", LENGTH, same(metres(far, limit)), far, "m", Tone.STRONG)
    label = Text("直線距離の基準", "Limit of distance")
    yield Fact("limit_m", label, same(metres(limit)), limit, "m")
    if (gap := found.margin_m) is not None:
        label = Text("基準との差", "Margin")
        yield Fact("margin_m", label, same(margin_m(gap)), gap, "m", Tone.STRONG)
    if found.ties:
        more = found.tie_count - len(found.ties)
        told = names(found.ties)
        if more > 0:
            told = run_on(told, Text(f"ほか{more}か所", f" and {more} more"))
        yield Fact("ties", Text("同じ距離の病院", "Equally near"), told, found.ties)
    if rest := found.others[1:]:
        label = Text("次に近い病院", "Next nearest")
        yield Fact("further", label, joined(map(_told, rest)), tuple(o.id for o in rest))
    yield from _doubts(found)


def _doubts(found: DistanceEvidence) -> Iterator[Fact]:
    """Yield what leaves a distance open."""
    if (missing := found.missing) is not None:
        label = Text("位置の分からない病院", "Without a position")
        words = missing_words(missing)
        yield Fact("missing", label, words, missing.least_m, "m", Tone.WARN)
    if (border := found.border_m) is not None:
        note = border_note(Border.PREFECTURE, found.border_unlisted)
        words = run_on(same(kilometres(border)), note)
        label = BORDER_LABELS[Border.PREFECTURE]
        yield Fact("border_m", label, words, border, "m", Tone.WARN)
    if found.doubles:
        label = Text("同じ医療機関かもしれない病院", "Perhaps the same hospital")
        named = joined(
            Text(f"{d.name}（{double_words(d).ja}）", f"{d.name} ({double_words(d).en})")
            for d in found.doubles
        )
        yield Fact("doubles", label, named, tuple(d.id for d in found.doubles), tone=Tone.WARN)
        label, one = Text("同じ医療機関とした場合", "If it is the same"), found.if_one
        told = _told(one) if one else Text("他の病院なし", "no other")
        yield Fact("if_one", label, told, one.id if one else None, tone=Tone.WARN)


def _told(other: OtherAtDistance) -> Text:
    return joined((same(other.name), same(kilometres(other.line.distance_m))), " ", " ")
