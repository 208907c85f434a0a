"""The first page: what this is, for whom, and the figures that everybody asks for."""

from __future__ import annotations

from collections import Counter

from groundfloor.problems import Lang, Text
from spots.dates import period_text
from spots.labels import ROLE_LABELS, STATE_LABELS
from spots.map.words import DRAFT
from spots.report import words
from spots.report.method import dated
from spots.report.model import Cover, Figure, Pair
from spots.types import Role, RunResult, State


def cover_of(result: RunResult, lang: Lang) -> Cover:
    """Return the first page."""
    settings = result.settings
    return Cover(
        prefecture=settings.prefecture,
        title=settings.title.render(lang),
        policy=settings.policy_title.render(lang),
        status=Text("案", "DRAFT").render(lang),
        draft=DRAFT.render(lang).replace("この図", "この資料").replace("This map", "This report"),
        facts=_facts(result, lang),
        figures=_figures(result, lang),
        criteria=tuple(
            Pair(
                f"{c.mark} {c.title.render(lang)}",
                str(sum(c.number in s.criteria for s in result.spots)),
                str(c.number),
            )
            for c in settings.criteria
        ),
        states=_states(result, lang),
        caveats=tuple(c.render(lang) for c in settings.caveats),
    )


def _facts(result: RunResult, lang: Lang) -> tuple[Pair, ...]:
    settings = result.settings
    none = Text("定めなし", "not set").render(lang)
    when = period_text(settings.valid_from, settings.valid_to).render(lang) or none
    pairs = [
        Pair(Text("基準", "Policy").render(lang), settings.policy_title.render(lang)),
        Pair(Text("期間", "Valid").render(lang), when),
        Pair(Text("半径", "Radius").render(lang), f"{settings.radius_m / 1000:g} km"),
    ]
    if result.edition is not None:
        name = Text(f"{result.edition.name} 版", f"edition {result.edition.name}").render(lang)
        pairs.append(Pair(Text("医師偏在指標", "Physician index").render(lang), name))
    if result.network is not None:
        shown = dated(result.network.as_of, lang)
        text = Text(f"{shown}時点", f"as of {shown}").render(lang) if shown else ""
        label = Text("道路網", "Road network").render(lang)
        pairs.append(Pair(label, text or result.network.source))
    return tuple(pairs)


def _figures(result: RunResult, lang: Lang) -> tuple[Figure, ...]:
    spots = Figure(
        Text("医師少数スポット", "Spots").render(lang),
        f"{len(result.spots):,}",
        Text("か所", "").render(lang),
    )
    area = Figure(
        Text("区域の面積", "Area").render(lang),
        f"{result.dissolved_km2:,.1f}",
        "km²",
        Text("重なりは1回だけ数える", "overlaps counted once").render(lang),
    )
    figures = [spots, area]
    if result.dissolved_population is not None:
        figures.append(
            Figure(
                Text("区域内の人口", "Population inside").render(lang),
                f"{result.dissolved_population:,.0f}",
                Text("人", "").render(lang),
                Text("面積按分による", "in proportion to area").render(lang),
            )
        )
    judged = sum(v.facility.role is Role.CANDIDATE for v in result.verdicts)
    figures.append(
        Figure(
            Text("判定した施設", "Facilities judged").render(lang),
            f"{judged:,}",
            Text("施設", "").render(lang),
        )
    )
    return tuple(figures)


def _states(result: RunResult, lang: Lang) -> tuple[Pair, ...]:
    candidates = [v for v in result.verdicts if v.facility.role is Role.CANDIDATE]
    counts = Counter(v.state for v in candidates)
    pairs = [Pair(STATE_LABELS[s].render(lang), f"{counts[s]:,}", str(s)) for s in State]
    reached = len(result.verdicts) - len(candidates)
    if reached:
        label = ROLE_LABELS[Role.DESTINATION].render(lang)
        pairs.append(Pair(label, words.counted(reached, "", "", lang).strip(), "hospital"))
    return tuple(pairs)
