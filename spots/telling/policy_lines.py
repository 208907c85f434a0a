"""The resolved settings of a run in words, as every output prints them."""

from __future__ import annotations

from collections.abc import Iterable

from groundfloor.problems import Text
from networks import NetworkInfo
from networks.speeds.types import SpeedProfile
from spots.job.run_file import Job, shown_name
from spots.judging.criteria import NearestOtherTimeSetting, RuleSetting, TravelDirection
from spots.judging.policy import Cut, Policy
from spots.judging.policy_files import preset_document
from spots.telling.closure_words import closure_lines, closures_caveat
from spots.telling.labels import AREA_CLASS_LABELS
from spots.types import CriterionInfo, RunClosures, Settings

_COUNTED = {True: Text("数える", "counted"), False: Text("数えない", "not counted")}
_USED = {True: Text("使う", "used"), False: Text("使わない", "not used")}
_CUTS = {
    Cut.LAND: Text("陸地に限る", "land only"),
    Cut.PREFECTURE: Text("県内の陸地に限る", "land of the prefecture only"),
    Cut.EXCLUDED_MUNICIPALITIES: Text("対象外の市町村を除く", "without excluded municipalities"),
    Cut.SHORTAGE_AREAS: Text("医師少数区域を除く", "without physician-shortage areas"),
}


# What the minutes of a built-in table mean, where that is not everyday driving.
_MEANINGS = {
    "ambulance": Text(
        "所要時間は救急車の緊急走行を仮定したもので、一般の車では長くなります",
        "Minutes are those assumed for an ambulance on an emergency run; other cars take longer",
    ),
    "legal": Text(
        "所要時間は制限速度で走り続けた場合のもので、実際にはこれより長くなります",
        "Minutes are those of a drive at the legal limits throughout; real drives take longer",
    ),
}
_EVERYDAY = "everyday"


def settings_in_words(
    job: Job,
    prefecture: str,
    network: NetworkInfo | None,
    *,
    profile: SpeedProfile | None = None,
    closures: RunClosures | None = None,
) -> Settings:
    """Return what a run was asked, for readers.

    Parameters
    ----------
    job : Job
        The checked job.
    prefecture : str
        Name of the policy's prefecture.
    network : NetworkInfo or None
        The network in use.
    profile : SpeedProfile, optional
        The speeds it was built with.
    closures : RunClosures, optional
        What is closed.
    """
    policy = job.policy
    thresholds = [c.threshold_ms for _, c in policy.criteria if c.threshold_ms is not None]
    return Settings(
        title=job.title,
        policy_title=policy.policy.title.text,
        prefecture_code=policy.policy.prefecture,
        prefecture=prefecture,
        radius_m=policy.circle.radius_m,
        threshold_ms=thresholds[0] if thresholds else None,
        valid_from=policy.validity.valid_from,
        valid_to=policy.validity.valid_to,
        criteria=tuple(
            CriterionInfo(n, c.mark, c.heading, travel=c.needs_roads) for n, c in policy.criteria
        ),
        lines=(
            *_lines(policy, job, network, profile),
            *(closure_lines(closures) if closures else ()),
        ),
        caveats=tuple(_caveats(job, network, profile, closures)),
        attributions=_attributions(job, network),
    )


def _lines(
    policy: Policy, job: Job, network: NetworkInfo | None, profile: SpeedProfile | None
) -> Iterable[tuple[Text, Text]]:
    yield Text("根拠", "Source of the rule"), policy.policy.source.text
    yield Text("基準の組合せ", "Criteria joined by"), _rule(policy, policy.rule)
    yield Text("半径", "Radius"), Text(*[f"{policy.circle.radius_m:,} m"] * 2)
    for _, c in policy.criteria:
        if isinstance(c, NearestOtherTimeSetting):
            yield from _travel_criterion(c, job)
    yield from _travel(policy)
    for e in policy.exclude_municipality:
        parts = [Text("施設", "facilities")] * e.facilities + [Text("区域", "area")] * e.area
        yield (
            Text(f"対象外: {e.name}", f"Excluded: {e.name}"),
            Text("・".join(p.ja for p in parts), ", ".join(p.en for p in parts)),
        )
    classes = [AREA_CLASS_LABELS[c] for c in policy.scope.moot_area_classes]
    yield (
        Text("スポット不要の区域", "Areas that need no spot"),
        Text("・".join(c.ja for c in classes), ", ".join(c.en for c in classes)),
    )
    cuts = [_CUTS[c] for c in policy.circle.cut] or [Text("切り取らない", "none")]
    yield (
        Text("円の切り取り(順)", "Cuts, in order"),
        Text("→".join(c.ja for c in cuts), "; ".join(c.en for c in cuts)),
    )
    index = job.settings.physician_index
    yield (
        Text("医師偏在指標", "Physician index"),
        Text(
            f"{index.edition} 版(少数 {index.shortage_at_most} 以下、"
            f"多数 {index.surplus_at_least} 以上)",
            f"edition {index.edition} (shortage at most {index.shortage_at_most}, "
            f"surplus at least {index.surplus_at_least})",
        ),
    )
    people = job.settings.population
    if people is not None:
        named = f"{people.source or shown_name(people.file[0])} {people.as_of or ''}".strip()
        yield Text("人口", "Population"), Text(*[named] * 2)
    if network is not None:
        source = f"{network.source} {network.as_of}".strip()
        yield Text("道路網", "Road network"), Text(*[source] * 2)
        yield Text("速度表", "Speed profile"), _profile_named(network.profile, profile)


def _profile_named(label: str, profile: SpeedProfile | None) -> Text:
    if profile is None:
        return Text(label, label)
    return Text(f"{profile.title.ja} [{label}]", f"{profile.title.en} [{label}]")


def _travel_criterion(c: NearestOtherTimeSetting, job: Job) -> Iterable[tuple[Text, Text]]:
    yield Text(f"{c.mark}の時間", f"{c.mark} threshold"), c.threshold
    yield (
        Text(f"{c.mark}の一覧", f"{c.mark} list that counts"),
        Text(*[_list_named(c.list, job)] * 2),
    )
    unreachable = {
        "met": Text("該当とする", "met"),
        "not_met": Text("非該当とする", "not met"),
        "undetermined": Text("判定不能とする", "undetermined"),
    }
    yield (
        Text("道路で到達できない場合", "No other can be reached by road"),
        unreachable[c.unreachable],
    )


def _list_named(name: str, job: Job) -> str:
    """Return the layers that make up a list, with their dates: which 二次救急 was meant."""
    layers = [
        f"{spec.name} {spec.as_of or ''}".strip()
        for spec, list_name in zip(job.layers, job.lists, strict=True)
        if list_name in {name, "*"}
    ]
    return f"{name}({'、'.join(layers)})"


def _travel(policy: Policy) -> Iterable[tuple[Text, Text]]:
    travel = policy.travel
    away = travel.direction is TravelDirection.FROM_CANDIDATE
    yield (
        Text("移動の向き", "Direction"),
        Text("当該病院から他の病院へ", "from the candidate to the other hospital")
        if away
        else Text("他の病院から当該病院へ", "from the other hospital to the candidate"),
    )
    yield Text("隣県の病院", "Hospitals of other prefectures"), _COUNTED[travel.neighbours]
    yield Text("有料道路", "Toll roads"), _USED[travel.tolls]
    wait = f"{travel.ferry_wait_min:g}"
    yield (
        Text("フェリー", "Ferries"),
        Text(f"使う(待ち時間 {wait}分)", f"yes, waiting {wait} minutes")
        if travel.ferries
        else _USED[False],
    )
    yield (
        Text("道路までの距離の上限", "Farthest from a road"),
        Text(*[f"{travel.snap_limit_m:,.0f} m"] * 2),
    )


def _rule(policy: Policy, rule: RuleSetting) -> Text:
    marks = {n: c.mark for n, c in policy.criteria}
    for parts, ja, en in (
        (rule.any, "のいずれか", "any of "),
        (rule.all, "のすべて", "all of "),
        (rule.none, "のいずれでもない", "none of "),
    ):
        if parts:
            inner = [
                _rule(policy, p) if isinstance(p, RuleSetting) else Text(marks[p], marks[p])
                for p in parts
            ]
            return Text(
                "(" + "・".join(i.ja for i in inner) + ")" + ja,
                en + "(" + ", ".join(i.en for i in inner) + ")",
            )
    return Text("", "")


def _caveats(
    job: Job,
    network: NetworkInfo | None,
    profile: SpeedProfile | None,
    closures: RunClosures | None,
) -> Iterable[Text]:
    if network is not None and network.schematic:
        yield Text(
            "道路網は試用のための略図(幹線道路のみ)で、所要時間は目安です。実際の判定には "
            "spots network build で作った道路網を指定してください",
            "The road network is a schematic one of trunk roads, for trying the tool; replace it "
            "with a real one (spots network build)",
        )
    if profile is not None and profile.name != _EVERYDAY:
        yield _MEANINGS.get(profile.name) or Text(
            f"所要時間は速度表「{profile.title.ja}」[{profile.label}]によるものです",
            f"Minutes are those of the speed profile {profile.title.en} [{profile.label}]",
        )
    told = closures_caveat(closures) if closures else None
    if told is not None:
        yield told
    yield from (c.text for c in job.settings.run.caveats)
    yield from _borrowed_words(job)


def _borrowed_words(job: Job) -> Iterable[Text]:
    """Yield that a preset used for another prefecture still speaks of its own plan."""
    choice = job.settings.policy
    if choice.preset is None:
        return
    own = preset_document(choice.preset).data["policy"]["prefecture"]
    head = choice.override.get("policy", {})
    left = [key for key in ("title", "source") if key not in head]
    if left and job.policy.policy.prefecture != own:
        labels = {"title": "表題", "source": "根拠"}
        ja, keys = "と".join(labels[k] for k in left), " and ".join(left)
        yield Text(
            f"ポリシーの{ja}はプリセット「{choice.preset}」の文のままです。自県の文を"
            f"実行ファイルの [policy.override.policy] に書いてください({'・'.join(left)})",
            f"The policy's {keys} are still the words of the preset {choice.preset}; "
            "write your own under [policy.override.policy] of the run file",
        )


def _attributions(job: Job, network: NetworkInfo | None) -> tuple[str, ...]:
    given = [
        job.settings.municipalities.source,
        job.settings.medical_areas.source,
        job.settings.physician_index.source,
        *(spec.source for spec in job.layers),
        job.settings.network.source if job.settings.network else "",
        network.attribution if network else "",
        job.settings.towns.source if job.settings.towns else "",
        job.settings.population.source if job.settings.population else "",
    ]
    return tuple(dict.fromkeys(g for g in given if g))
