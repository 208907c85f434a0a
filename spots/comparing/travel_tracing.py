"""Why the nearest other hospital, or the time to it, is another one.

Stands apart: of all that can change, only a drive has so many causes of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundfloor.problems import Text
from spots.comparing.changed_ground import (
    ComparedRuns,
    by_elimination,
    counts,
    likely,
    list_asked,
    moved_m,
    proven,
)
from spots.comparing.changes import Cause, Why
from spots.telling.findings import together
from spots.telling.straight_words import BASIS_LABELS
from spots.telling.units import distance, duration
from spots.types import TravelEvidence, Variant, Verdict

TRAVEL_KEYS = ("travel",)
_RESTS_ON = (Cause.LISTS, Cause.NETWORK, Cause.BASIS, Cause.POLICY)
_WHAT = Text("所要時間", "the travel time")


def travel_why(old: Verdict, new: Verdict, ground: ComparedRuns) -> tuple[Why, ...]:
    """Return why the travel evidence of a facility differs.

    Parameters
    ----------
    old, new : Verdict
        The facility in both runs; its travel evidence differs.
    ground : ComparedRuns
        The runs.

    Returns
    -------
    tuple of Why
        Proven where the evidence leaves one cause.
    """
    before, after = old.travel, new.travel
    if before is None or after is None:
        return _counting(old, new, ground)
    hospitals = tuple(_hospitals(old, new, before, after, ground))
    if before.basis is not after.basis:
        return _other_basis(before, after, hospitals)
    drives = (Cause.NETWORK, Cause.BASIS, Cause.POLICY)
    others = [c for c in ground.only(*drives) if _may(c, ground)]
    if hospitals:
        kept = _kept_time(before, after, ground) if others else None
        return tuple(_by_hospitals(hospitals, others, kept))
    tried = _tried(before, after, ground)
    if tried is not None:
        return (tried,)
    # The hospitals in question and the facility stand where they stood: the lists are out of it,
    # unless hospitals that are named in neither run stood between them.
    rests = others or _RESTS_ON
    return by_elimination(ground, rests, _WHAT, lambda cause: _about(cause, ground))


def _other_basis(
    before: TravelEvidence, after: TravelEvidence, hospitals: Sequence[tuple[Cause, Text]]
) -> tuple[Why, ...]:
    """Return that one time is a drive and the other none: they do not compare."""
    was, now = BASIS_LABELS[before.basis], BASIS_LABELS[after.basis]
    told = Text(
        f"所要時間の根拠が「{was.ja}」から「{now.ja}」に変わりました。二つの時間は比べられません",
        f"what times are made of changed from {was.en} to {now.en}; the two do not compare",
    )
    return proven(Cause.BASIS, told), *(likely(cause, text) for cause, text in hospitals)


def _by_hospitals(
    hospitals: Sequence[tuple[Cause, Text]], others: Sequence[Cause], kept: Text | None
) -> Iterator[Why]:
    """Yield what changed about the hospitals: proven where nothing else can have done it."""
    for cause, text in hospitals:
        if not others:
            yield proven(cause, text)
        elif kept is not None:
            yield proven(cause, together((text, kept)))
        else:
            yield likely(cause, text)
    if kept is None:
        yield from (likely(cause, _also(cause)) for cause in others)


def _may(cause: Cause, ground: ComparedRuns) -> bool:
    """Tell whether a difference of the run can touch travel times at all."""
    return cause is not Cause.POLICY or bool(ground.changed(*TRAVEL_KEYS))


def _counting(old: Verdict, new: Verdict, ground: ComparedRuns) -> tuple[Why, ...]:
    """Explain a facility that began, or ceased, to count as 二次救急病院."""
    if counts(old) and counts(new):
        return _placing(old, new, ground)
    begins = old.travel is None
    if old.facility.types != new.facility.types:
        word = Text("一覧での種別が変わったためです", "its types in the lists changed")
        return (proven(Cause.LISTS, word),)
    asked = list_asked(ground)
    if asked is not None:
        verb = Text(
            "新たに数えられます" if begins else "数えられなくなります",
            "counts now" if begins else "counts no more",
        )
        text = Text(
            f"二次救急病院とみなす一覧が{asked.ja}に変わり、この施設は{verb.ja}",
            f"the list that says who counts changed ({asked.en}), and this facility {verb.en}",
        )
        return (
            (proven(Cause.POLICY, text),)
            if not _lists_changed(ground)
            else (
                likely(Cause.POLICY, text),
                likely(Cause.LISTS, Text("一覧の内容も変わっています", "the lists changed too")),
            )
        )
    what = Text("二次救急病院かどうか", "whether it counts")
    return by_elimination(ground, (Cause.LISTS, Cause.POLICY), what, lambda _cause: None)


def _placing(old: Verdict, new: Verdict, ground: ComparedRuns) -> tuple[Why, ...]:
    """Explain a facility that counts in both runs, but has a travel time in one of them only."""
    if old.facility.position != new.facility.position:
        cause = ground.of_position(old.facility, new.facility)
        text = Text("一覧の座標が変わったためです", "its coordinates in the lists changed")
        if cause is Cause.POSITIONS:
            text = Text("位置の出典が変わったためです", "the source of its position changed")
        return (proven(cause, text),)
    what = Text("道路への結び付け", "how it is tied to the roads")
    rests = (Cause.NETWORK, Cause.BASIS, Cause.POLICY, Cause.BOUNDARIES)
    return by_elimination(ground, rests, what, lambda _cause: None)


def _lists_changed(ground: ComparedRuns) -> bool:
    return Cause.LISTS in ground.causes


def _hospitals(
    old: Verdict, new: Verdict, before: TravelEvidence, after: TravelEvidence, ground: ComparedRuns
) -> Iterator[tuple[Cause, Text]]:
    """Yield what changed about the facility and the hospitals that the two runs found nearest."""
    moved = moved_m(old.facility, new.facility)
    if moved:
        yield (
            ground.of_position(old.facility, new.facility),
            Text(
                f"この施設の座標が{distance(moved)}動きました",
                f"the facility's coordinates moved by {distance(moved)}",
            ),
        )
    if ground.same(before.nearest_id, after.nearest_id):
        yield from _moved(before.nearest_id, ground)
        return
    if after.nearest_id is not None:
        yield from _came(after.nearest_id, after.nearest_name or "", ground)
    if before.nearest_id is not None:
        yield from _went(before.nearest_id, before.nearest_name or "", ground)


def _came(new_id: str, name: str, ground: ComparedRuns) -> Iterator[tuple[Cause, Text]]:
    was = ground.to_old.get(new_id)
    if was is None:
        yield (
            Cause.LISTS,
            Text(
                f"「{name}」は新しい一覧に加わった施設です", f"{name} is new in the facility lists"
            ),
        )
    elif not counts(was):
        yield _began(was, name, ground, begins=True)
    else:
        yield from _moved(was.facility.id, ground)


def _went(old_id: str, name: str, ground: ComparedRuns) -> Iterator[tuple[Cause, Text]]:
    now = ground.to_new.get(old_id)
    if now is None:
        yield (
            Cause.LISTS,
            Text(f"「{name}」は新しい一覧にありません", f"{name} is no longer in the lists"),
        )
    elif not counts(now):
        yield _began(now, name, ground, begins=False)
    else:
        yield from _moved(old_id, ground)


def _began(other: Verdict, name: str, ground: ComparedRuns, *, begins: bool) -> tuple[Cause, Text]:
    verb = Text(
        "新たに二次救急病院に数えられます" if begins else "二次救急病院に数えられなくなりました",
        "counts as a secondary emergency hospital now" if begins else "counts no more",
    )
    asked = list_asked(ground)
    same_types = (ground.to_new if begins else ground.to_old)[other.facility.id].facility.types
    if asked is not None and same_types == other.facility.types:
        return (
            Cause.POLICY,
            Text(
                f"「{name}」は、数える一覧が{asked.ja}に変わったため{verb.ja}",
                f"the list that counts changed ({asked.en}): {name} {verb.en}",
            ),
        )
    return (
        Cause.LISTS,
        Text(f"「{name}」は一覧の変更により{verb.ja}", f"by the lists, {name} {verb.en}"),
    )


def _moved(old_id: str | None, ground: ComparedRuns) -> Iterator[tuple[Cause, Text]]:
    now = ground.to_new.get(old_id or "")
    was = ground.to_old.get(now.facility.id) if now is not None else None
    if now is None or was is None:
        return
    moved = moved_m(was.facility, now.facility)
    if (was.facility.position is None) is not (now.facility.position is None):
        name = now.facility.name
        yield (
            ground.of_position(was.facility, now.facility),
            Text(
                f"「{name}」の座標の有無が変わりました",
                f"{name} was given, or lost, its coordinates",
            ),
        )
    if moved:
        yield (
            ground.of_position(was.facility, now.facility),
            Text(
                f"「{now.facility.name}」の座標が{distance(moved)}動きました",
                f"the coordinates of {now.facility.name} moved by {distance(moved)}",
            ),
        )


def _kept_time(before: TravelEvidence, after: TravelEvidence, ground: ComparedRuns) -> Text | None:
    """Return the proof that the roads did not do it: a hospital of both runs at the same time."""
    old_times = {o.id: o.travel_ms for o in before.others}
    if before.nearest_id is not None and before.travel_ms is not None:
        old_times[before.nearest_id] = before.travel_ms
    new_times = {o.id: (o.name, o.travel_ms) for o in after.others}
    if after.nearest_id is not None and after.travel_ms is not None:
        new_times[after.nearest_id] = (after.nearest_name or "", after.travel_ms)
    for old_id, ms in old_times.items():
        now = ground.to_new.get(old_id)
        found = new_times.get(now.facility.id) if now is not None else None
        if found is not None and found[1] == ms:
            shown = duration(ms)
            return Text(
                f"「{found[0]}」の所要時間はどちらの実行でも{shown.ja}で、"
                f"道路や移動の設定によるものではありません",
                f"the drive to {found[0]} takes {shown.en} in both runs, so it is neither roads "
                f"nor travel settings",
            )
    return None


def _tried(before: TravelEvidence, after: TravelEvidence, ground: ComparedRuns) -> Why | None:
    """Return the proof by an assumption: one run tried the other's setting, with its result."""
    for mine, other, which in ((before, after, "旧"), (after, before, "新")):
        for variant in mine.variants:
            if _same_result(variant, other, ground, old_side=mine is before) and ground.changed(
                f"travel.{variant.name}"
            ):
                side = Text(f"{which}の実行", "the old run" if which == "旧" else "the new run")
                return proven(
                    Cause.POLICY,
                    Text(
                        f"{side.ja}が「{variant.label.ja}」として試した結果と一致します",
                        f"{side.en} tried it ({variant.label.en}) and found the same",
                    ),
                )
    return None


def _same_result(
    variant: Variant, other: TravelEvidence, ground: ComparedRuns, *, old_side: bool
) -> bool:
    if variant.travel_ms != other.travel_ms:
        return False
    ids = (variant.nearest_id, other.nearest_id)
    return ground.same(*ids) if old_side else ground.same(ids[1], ids[0])


def _about(cause: Cause, ground: ComparedRuns) -> Text | None:
    if cause is Cause.POLICY:
        keys = ", ".join(c.key for c in ground.changed(*TRAVEL_KEYS))
        return Text(f"移動の設定（{keys}）が変わりました", f"travel settings changed ({keys})")
    if cause is Cause.BASIS:
        return Text(
            "所要時間の根拠（道路か直線距離か、その倍率と時速）が変わりました",
            "what times are made of changed: roads or straight lines, their factor or speed",
        )
    if cause is Cause.NETWORK:
        return Text(
            "施設と病院の位置は同じで、道路網・速度表・通行止めのいずれかが変わりました",
            "facility and hospitals stand where they stood; roads, speeds or closures changed",
        )
    return None


def _also(cause: Cause) -> Text:
    if cause is Cause.BASIS:
        return Text("所要時間の根拠も変わっています", "what times are made of changed too")
    if cause is Cause.NETWORK:
        return Text("道路網なども変わっています", "roads, speeds or closures changed too")
    if cause is Cause.SOFTWARE:
        return Text("ソフトウェアの版も変わっています", "the tool's version changed too")
    return Text("移動の設定も変わっています", "travel settings changed too")
