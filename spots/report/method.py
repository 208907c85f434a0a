"""How the report came about: rule, settings, roads, lists, inputs, and how to repeat it.

Stands apart: the document puts its parts in order, and each part is a subject of its own.
"""

from __future__ import annotations

import shlex
from collections import Counter

from groundfloor.installed import TOOL, tool_version
from groundfloor.problems import Lang, Severity, Text
from networks.info.labels import explained, km_by_label, speed_source
from networks.info.network_info import NetworkInfo
from spots.report.report_data import (
    Block,
    Cell,
    Cover,
    Figure,
    PageColumn,
    PageFact,
    Table,
    counted,
)
from spots.telling.colours import RESULTS
from spots.telling.evidence_words import finding_words
from spots.telling.labels import (
    INPUT_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    TYPE_LABELS,
    drafted,
    listed,
    spots_by,
)
from spots.telling.setting_words import cut_offs, people_basis
from spots.telling.straight_words import (
    BASIS_LABEL,
    HOW_ESTIMATED,
    estimate_caveat,
    estimate_lines,
    estimate_mark,
)
from spots.telling.unit_labels import designated
from spots.telling.units import dated, day, kilometres, period, radius, square_kilometres, whole
from spots.telling.wording import NOTHING, bracketed, joined, run_on, same
from spots.types import (
    GroundResult,
    InputRecord,
    ResultKind,
    Role,
    RunResult,
    State,
    StraightTravel,
)

_SHORT_HASH = 12
_MOST_FINDINGS = 60
_MOST_FIGURES = 3
_NONE = Text("なし", "none")


def method_of(result: RunResult, lang: Lang) -> tuple[Block, ...]:
    """Return the section in blocks."""
    blocks = [
        _rule(result, lang) if result.by_rule else None,
        _ground_rule(lang) if result.grounds else None,
        _settings(result, lang),
        _roads(result, lang),
        _lists(result, lang) if result.layers or not result.grounds else None,
        _index(result, lang),
        _inputs(result, lang),
        _caveats(result, lang),
        _sources(result, lang),
        _repeat(result, lang),
    ]
    return tuple(b for b in blocks if b is not None)


def _rule(result: RunResult, lang: Lang) -> Block:
    settings = result.settings
    size = radius(settings.radius_m)
    paragraphs = [
        Text(
            f"次の要件により医療機関を判定し、要件に該当し医師少数区域の外にある医療機関から"
            f"半径{size}の円を医師少数スポットの案としました。どの施設も「設定（案）」"
            "「対象外」「設定不要（少数区域内）」「非該当」「判定不能」のいずれか一つになります。",
            f"Institutions are judged by the criteria below. Around each one that meets them and "
            f"lies outside the shortage areas, the circle of {size} is a proposed spot. Every "
            "facility ends in exactly one state.",
        ),
        Text(
            "所要時間はミリ秒の整数で比べ、「以上」はちょうどの時間を含みます。表示は秒未満を切り捨てます。"
            "距離は測地線（GRS80楕円体）によるメートルで、区域の面積も楕円体上で計算しています。",
            "Times are compared as whole milliseconds and 'or more' includes the exact time; "
            "what is shown is cut off to the second. Distances are geodesic metres (GRS80), and "
            "areas are those on the ellipsoid.",
        ),
    ]
    return Block(
        title=Text("判定のしかた", "The rule").render(lang),
        paragraphs=tuple(p.render(lang) for p in paragraphs),
        points=tuple(f"{c.mark} {c.title.render(lang)}" for c in settings.criteria),
    )


def _ground_rule(lang: Lang) -> Block:
    paragraphs = (
        Text(
            "設定基準の選定により区域を判定し、結果ごとに組み合わせました。どの区域も結果ごとに"
            "いずれか一つの状態になり、選定ごとの判定と理由を添えています。値のない区域は判定不能とし、"
            "推定していません。",
            "The policy's selections judge units of ground, and each result joins them. In each "
            "result a unit ends in exactly one state, with what every clause found of it. A unit "
            "without a figure is undetermined; nothing is estimated.",
        ),
        Text(
            "面積は楕円体上（GRS80）で計算し、重なりは1回だけ数えています。",
            "Areas are those on the ellipsoid (GRS80); overlaps are counted once.",
        ),
    )
    return Block(
        title=Text("区域の判定のしかた", "How units are judged").render(lang),
        paragraphs=tuple(p.render(lang) for p in paragraphs),
    )


def _settings(result: RunResult, lang: Lang) -> Block:
    pairs = tuple(PageFact(a.render(lang), b.render(lang)) for a, b in result.settings.lines)
    return Block(title=Text("設定", "Settings").render(lang), pairs=pairs)


def _roads(result: RunResult, lang: Lang) -> Block:
    title = Text("道路網と速度", "Roads and speeds").render(lang)
    if result.straight is not None:
        return _estimate(result.straight, lang)
    if result.network is None:
        text = Text("道路網は使っていません。", "No road network was used.").render(lang)
        return Block(title=title, paragraphs=(text,))
    paragraph = Text(
        "所要時間は、施設の玄関から最寄りの道路まで、道路上の走行、信号・右左折などの待ち、"
        "相手の玄関までを足したものです。速度は実測ではなく、道路種別ごとの速度表によるものです。"
        "救急車の走行時間とは限りません。",
        "A time is the sum of the way from the door to the road, the drive, waiting at signals and "
        "turns, and the way to the other door. Speeds are not measured: they are those of the "
        "speed profile for each class of road, and need not be those of an ambulance.",
    )
    return Block(
        title=title,
        paragraphs=(paragraph.render(lang),),
        pairs=_road_facts(result.network, lang),
    )


def _estimate(straight: StraightTravel, lang: Lang) -> Block:
    """Return how times were estimated without roads, and what that cannot know."""
    title = Text("所要時間の概算（直線距離）", "Estimated times (straight line)")
    pairs = (PageFact(a.render(lang), b.render(lang)) for a, b in estimate_lines(straight))
    return Block(
        title=title.render(lang),
        paragraphs=(estimate_caveat(straight).render(lang), HOW_ESTIMATED.render(lang)),
        pairs=tuple(pairs),
    )


def _road_facts(network: NetworkInfo, lang: Lang) -> tuple[PageFact, ...]:
    def pair(ja: str, en: str, value: str) -> PageFact:
        return PageFact(Text(ja, en).render(lang), value)

    classes = km_by_label(network, lang)
    lengths = listed((f"{label} {kilometres(km * 1000)}" for label, km in classes.items()), lang)
    rests = listed(
        (f"{speed_source(w).render(lang)} {s:.0%}" for w, s in network.speed_source_share), lang
    )
    left_out = listed((f"{explained(w).render(lang)} {n:,}" for w, n in network.dropped), lang)
    size = Text(
        f"地点 {network.nodes:,}、道路の区間 {network.edges:,}、"
        f"最大のまとまりが延長の{network.largest_component_share:.1%}",
        f"{network.nodes:,} nodes, {network.edges:,} edges, the largest part has "
        f"{network.largest_component_share:.1%} of the length",
    ).render(lang)
    pairs = (
        pair("出典", "Source", network.source),
        pair("時点", "As of", dated(network.as_of).render(lang)),
        pair("速度表", "Speed profile", network.profile),
        pair("規模", "Size", size),
        pair("種別ごとの延長", "Length by class", lengths),
        pair("速度の根拠", "What speeds rest on", rests),
        pair("使わなかったもの", "Left out", left_out),
        pair("SHA-256", "SHA-256", network.sha256[:_SHORT_HASH]),
    )
    return tuple(p for p in pairs if p.value)


def _lists(result: RunResult, lang: Lang) -> Block:
    rows = []
    for layer in result.layers:
        kinds = listed((TYPE_LABELS[t].render(lang) for t in sorted(layer.types)), lang) or Text(
            "行ごと", "row by row"
        ).render(lang)
        when = day(layer.as_of).render(lang) or "–"
        role = ROLE_LABELS[layer.role].render(lang)
        cells = (layer.name, kinds, role, layer.source or "–", when, layer.file)
        rows.append(tuple(Cell(c) for c in cells))
    headings = (
        (Text("一覧", "List"), 1.3),
        (Text("種別", "Type"), 1.0),
        (Text("役割", "Role"), 0.8),
        (Text("出典", "Source"), 1.6),
        (Text("時点", "As of"), 1.1),
        (Text("ファイル", "File"), 1.2),
    )
    columns = tuple(PageColumn(t.render(lang), w, share=True) for t, w in headings)
    return Block(
        title=Text("施設の一覧", "Facility lists").render(lang),
        table=Table(columns, tuple(rows), empty=_NONE.render(lang)),
    )


def _index(result: RunResult, lang: Lang) -> Block | None:
    edition = result.edition
    if edition is None:
        return None
    limits = cut_offs(edition.shortage_at_most, edition.surplus_at_least)
    text = Text(
        f"医師偏在指標は {edition.name} 版の値を、同じ版の境目（{limits.ja}）で分けました。"
        "ほかの版の値や境目は混ぜていません。",
        f"The index is that of edition {edition.name}, classified with the cut-offs of the same "
        f"edition only ({limits.en}).",
    )
    title = Text("医師偏在指標", "Physician index").render(lang)
    return Block(title=title, paragraphs=(text.render(lang),))


def _inputs(result: RunResult, lang: Lang) -> Block:
    rows = [
        tuple(
            Cell(c)
            for c in (
                _role(record, lang),
                record.file,
                dated(record.as_of).render(lang) or "–",
                record.sha256[:_SHORT_HASH],
            )
        )
        for record in result.inputs
    ]
    columns = (
        PageColumn(Text("内容", "Content").render(lang), 1.2, share=True),
        PageColumn(Text("ファイル", "File").render(lang), 1.3, share=True),
        PageColumn(Text("時点", "As of").render(lang), 1.0, share=True),
        PageColumn(Text("SHA-256（先頭12桁）", "SHA-256 (first 12)").render(lang), 34),
    )
    title = Text("入力ファイル", "Input files").render(lang)
    return Block(title=title, table=Table(columns, tuple(rows), empty=_NONE.render(lang)))


_NAMED = {"facilities", "index", "network", "policy", "units", "tables", "entries"}


def _role(record: InputRecord, lang: Lang) -> str:
    """Return what an input is: its role, and its name where that says more."""
    role = INPUT_LABELS.get(record.role)
    if role is None:
        return record.name or record.role
    if record.role in _NAMED and record.name:
        return Text(f"{role.ja}：{record.name}", f"{role.en}: {record.name}").render(lang)
    return role.render(lang)


def _caveats(result: RunResult, lang: Lang) -> Block | None:
    told = [c.render(lang) for c in result.settings.caveats]
    doubts = [p for p in result.problems if p.severity is not Severity.NOTE]
    told += [finding_words(p).render(lang) for p in doubts[:_MOST_FINDINGS]]
    more = len(doubts) - _MOST_FINDINGS
    if more > 0:
        told.append(
            Text(
                f"ほか{more}件は table.xlsx のシート「確認事項」にあります。",
                f"{more} more are in table.xlsx, on the sheet of findings.",
            ).render(lang)
        )
    if not told:
        return None
    title = Text("注意と確認事項", "Caveats and findings").render(lang)
    return Block(title=title, points=tuple(told))


def _sources(result: RunResult, lang: Lang) -> Block:
    font = Text(
        "書体：IPAexゴシック（IPAフォントライセンスv1.0）",
        "Typeface: IPAex Gothic (IPA Font License v1.0)",
    )
    title = Text("出典と利用条件", "Sources and terms").render(lang)
    return Block(title=title, points=(*result.settings.attributions, font.render(lang)))


def _repeat(result: RunResult, lang: Lang) -> Block:
    file = result.job.get("run_file")
    named = shlex.quote(file) if isinstance(file, str) and file else "RUN.toml"
    text = Text(
        "同じ入力ファイルと次のコマンドで、同じ結果になります。設定と入力のSHA-256はすべて "
        "run.json にあります。",
        "The same input files and this command give the same result. All settings and the SHA-256 "
        "of every input are in run.json.",
    )
    command = Text("コマンド", "Command").render(lang)
    tool = Text("ツール", "Tool").render(lang)
    return Block(
        title=Text("再現のしかた", "How to repeat it").render(lang),
        paragraphs=(text.render(lang),),
        pairs=(PageFact(command, f"spots run {named}"), PageFact(tool, f"{TOOL} {tool_version()}")),
    )


def cover_of(result: RunResult, lang: Lang) -> Cover:
    """Return the first page."""
    settings = result.settings
    return Cover(
        prefecture=settings.prefecture,
        title=settings.title.render(lang),
        policy=settings.policy_title.render(lang),
        status=Text("案", "DRAFT").render(lang),
        draft=drafted(Text("資料", "report"), designated(result)).render(lang),
        facts=_facts(result, lang),
        figures=_figures(result, lang),
        criteria=tuple(
            PageFact(
                f"{c.mark} {c.title.render(lang)}",
                spots_by(c, result.spots),
                str(c.number),
            )
            for c in settings.criteria
        ),
        states=_states(result, lang),
        caveats=tuple(c.render(lang) for c in settings.caveats),
        results=tuple(
            PageFact(g.title.render(lang), _counted(result, g, lang), RESULTS[g.kind])
            for g in result.grounds
        ),
    )


def _in_state(result: RunResult, ground: GroundResult, state: State) -> int:
    """Return how many units of a result ended in a state."""
    return sum(v.result == ground.id and v.state is state for v in result.units)


def _counted(result: RunResult, ground: GroundResult, lang: Lang) -> str:
    """Return how many units a result takes in, and how many it leaves open."""
    taken = f"{_in_state(result, ground, State.DESIGNATED):,}"
    left_open = bracketed(_left_open(result, ground))
    return run_on(same(taken), left_open).render(lang)


def _left_open(result: RunResult, ground: GroundResult) -> Text:
    """Return how many units of a result are undetermined; nothing where none is."""
    count = _in_state(result, ground, State.UNDETERMINED)
    label = STATE_LABELS[State.UNDETERMINED]
    return Text(f"{label.ja} {count:,}", f"{label.en} {count:,}") if count else NOTHING


def _facts(result: RunResult, lang: Lang) -> tuple[PageFact, ...]:
    settings = result.settings
    none = Text("定めなし", "not set").render(lang)
    when = period(settings.valid_from, settings.valid_to).render(lang) or none
    pairs = [
        PageFact(Text("設定基準", "Policy").render(lang), settings.policy_title.render(lang)),
        PageFact(Text("設定期間", "Period").render(lang), when),
    ]
    if result.by_rule:
        label = Text("半径", "Radius").render(lang)
        pairs.append(PageFact(label, radius(settings.radius_m)))
    if result.edition is not None:
        name = Text(f"{result.edition.name} 版", f"edition {result.edition.name}").render(lang)
        pairs.append(PageFact(Text("医師偏在指標", "Physician index").render(lang), name))
    if result.straight is not None:
        mark = estimate_mark(result.straight).render(lang)
        pairs.append(PageFact(BASIS_LABEL.render(lang), mark))
    if result.network is not None:
        shown = dated(result.network.as_of).render(lang)
        text = Text(f"{shown}時点", f"as of {shown}").render(lang) if shown else ""
        label = Text("道路網", "Road network").render(lang)
        pairs.append(PageFact(label, text or result.network.source))
    return tuple(pairs)


def _figures(result: RunResult, lang: Lang) -> tuple[Figure, ...]:
    # Units that are spots too are counted result by result, below.
    mixed = any(ground.kind is ResultKind.SPOT for ground in result.grounds)
    label, size = Text("医師少数スポット", "Spots"), Text("区域の面積", "Area")
    if mixed:
        label, size = Text("医療機関の周囲の円", "Circles"), Text("円の面積", "Area of circles")
    spots = Figure(
        label.render(lang),
        f"{len(result.spots):,}",
        Text("か所", "").render(lang),
    )
    area = Figure(
        size.render(lang),
        square_kilometres(result.dissolved_km2),
        "km²",
        Text("重なりは1回だけ数える", "overlaps counted once").render(lang),
    )
    if not result.by_rule:
        return _ground_figures(result, lang)
    figures = [spots, area]
    if result.dissolved_population is not None:
        figures.append(
            Figure(
                Text("区域内の人口", "Population inside").render(lang),
                whole(result.dissolved_population),
                Text("人", "").render(lang),
                people_basis(result).render(lang),
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


def _ground_figures(result: RunResult, lang: Lang) -> tuple[Figure, ...]:
    """Return the same of each result of a policy that judges no facility; three have room."""
    unit = Text("区域", "units").render(lang)
    return tuple(
        Figure(
            ground.title.render(lang),
            f"{_in_state(result, ground, State.DESIGNATED):,}",
            unit,
            _ground_note(result, ground).render(lang),
        )
        for ground in result.grounds[:_MOST_FIGURES]
    )


def _ground_note(result: RunResult, ground: GroundResult) -> Text:
    """Return the size of a result's ground, and how many of its units are open."""
    empty = ground.geometry.is_empty
    size = NOTHING if empty else same(f"{square_kilometres(ground.area_km2)} km²")
    return joined([each for each in (size, _left_open(result, ground)) if each.ja])


def _states(result: RunResult, lang: Lang) -> tuple[PageFact, ...]:
    candidates = [v for v in result.verdicts if v.facility.role is Role.CANDIDATE]
    counts = Counter(v.state for v in candidates)
    pairs = [PageFact(STATE_LABELS[s].render(lang), f"{counts[s]:,}", str(s)) for s in State]
    reached = len(result.verdicts) - len(candidates)
    if reached:
        label = ROLE_LABELS[Role.DESTINATION].render(lang)
        pairs.append(PageFact(label, counted(reached, "", "", lang).strip(), "hospital"))
    return tuple(pairs)
