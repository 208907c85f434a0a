"""What two runs have in common, as far as a change of one facility hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boundaries import ellipsoidal_km2
from boundaries.geometry import polygons
from groundfloor.problems import Text
from spots.comparing.changes import Aspect, Cause, Certainty, PolicyChange, Why
from spots.comparing.run_matching import MatchedPair
from spots.telling.findings import together
from spots.telling.labels import type_marks
from spots.telling.wording import NOTHING, bracketed, names, run_on
from spots.types import (
    Facility,
    FacilityType,
    ReasonBasis,
    Role,
    RunResult,
    Spot,
    Truth,
    Verdict,
    distance_m,
)

MOVED_M = 1.0
_KEYS_SHOWN = 3
_AREA_KM2 = 1e-4

CAUSE_LABELS = {
    Cause.LISTS: Text("施設一覧", "facility lists"),
    Cause.POSITIONS: Text("位置の出典", "sources of positions"),
    Cause.BOUNDARIES: Text("境界", "boundaries"),
    Cause.INDEX: Text("医師偏在指標", "physician index"),
    Cause.NETWORK: Text("道路網・速度表・通行止め", "roads, speeds and closures"),
    Cause.BASIS: Text("所要時間の根拠（道路・概算）", "basis of travel times (roads or estimate)"),
    Cause.POLICY: Text("設定基準", "policy"),
    Cause.TABLES: Text("数値の表", "tables of numbers"),
    Cause.UNITS: Text("区域・地点のレイヤ", "layers of units of ground"),
    Cause.ENTRIES: Text("一覧", "lists of names"),
    Cause.POPULATION: Text("人口", "population"),
    Cause.SOFTWARE: Text("ソフトウェアの版", "version of the tool"),
    Cause.UNKNOWN: Text("不明（入力・設定は同じ）", "unknown (same inputs and settings)"),
}


@dataclass(frozen=True, slots=True)
class SpotsOfBoth:
    """The spots of one facility in both runs; None where a run has none."""

    old: Spot | None
    new: Spot | None

    @property
    def km2(self) -> tuple[float | None, float | None]:
        """Their areas after cutting."""
        before, after = (spot.area_km2 if spot else None for spot in (self.old, self.new))
        return before, after

    def moved_km2(self) -> tuple[float, float]:
        """Return the ground gained and lost; nothing where one run has no spot."""
        if self.old is None or self.new is None or self.old.geometry == self.new.geometry:
            return 0.0, 0.0
        old, new = self.old.geometry, self.new.geometry
        gained, lost = polygons(new.difference(old)), polygons(old.difference(new))
        return ellipsoidal_km2(gained), ellipsoidal_km2(lost)

    def aspects(self) -> frozenset[Aspect]:
        """Return what differs: the size, or with one size the ground, and what the plan says."""
        before, after = (km2 or 0.0 for km2 in self.km2)
        if abs(before - after) >= _AREA_KM2:
            return frozenset({Aspect.SPOT_AREA, *self._plan()})
        differs = max(self.moved_km2()) >= _AREA_KM2
        return frozenset({*((Aspect.SPOT_GROUND,) if differs else ()), *self._plan()})

    def _plan(self) -> Iterator[Aspect]:
        """Yield what the plan says otherwise; nothing where one run has no spot."""
        old, new = self.old, self.new
        if old is None or new is None:
            return
        if {old.reason_basis, new.reason_basis} != {
            ReasonBasis.POLICY
        } and old.reason != new.reason:
            yield Aspect.SPOT_REASON
        different = {
            Aspect.SERVICE: old.service != new.service,
            Aspect.COUNCILS: old.councils != new.councils,
            Aspect.PAGE: old.page != new.page,
            Aspect.ON_APPLICATION: old.on_application is not new.on_application,
        }
        yield from (aspect for aspect, differs in different.items() if differs)


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """The two runs, side by side.

    Parameters
    ----------
    old, new : RunResult
        The runs.
    causes : tuple of Cause
        Everything that differs between them.
    policy : tuple of PolicyChange
        Keys of the policy that differ.
    to_new : mapping of str to Verdict
        By id in the old run: the same facility in the new one.
    to_old : mapping of str to Verdict
        By id in the new run: the same facility in the old one.
    """

    old: RunResult
    new: RunResult
    causes: tuple[Cause, ...]
    policy: tuple[PolicyChange, ...]
    to_new: Mapping[str, Verdict]
    to_old: Mapping[str, Verdict]

    def changed(self, *keys: str) -> tuple[PolicyChange, ...]:
        """Return the changes of the policy's keys that are, or lie below, one of `keys`."""
        return tuple(
            c for c in self.policy if any(c.key == k or c.key.startswith(f"{k}.") for k in keys)
        )

    def same(self, old_id: str | None, new_id: str | None) -> bool:
        """Tell whether an id of the old run and one of the new run name one facility."""
        if old_id is None or new_id is None:
            return old_id is new_id
        partner = self.to_new.get(old_id)
        return partner is not None and partner.facility.id == new_id

    def unmatched(self, *, entered: bool) -> tuple[Verdict, ...]:
        """Return who is in the other run alone, than the one that has what entered or left."""
        run, known = (self.old, self.to_new) if entered else (self.new, self.to_old)
        return tuple(v for v in run.verdicts if v.facility.id not in known)

    def list_not_given(self, verdict: Verdict, *, entered: bool) -> Text | None:
        """Return the list of a facility of one run, where the other run has none of its kind.

        A list without that facility is another matter: then it entered, or left.
        """
        own, other = (self.new, self.old) if entered else (self.old, self.new)
        kinds = {k for layer in verdict.facility.rows for k in kinds_of(layer.layer, own)}
        there = {k for layer in other.layers for k in kinds_of(layer.name, other)}
        if not kinds or any(k.like(one) for k in kinds for one in there):
            return None
        return list_words(kinds)

    def only(self, *causes: Cause) -> tuple[Cause, ...]:
        """Return those of `causes` that differ between the runs; the tool's version always may.

        What rests on lists rests on where positions come from that these lack.
        """
        lacking = {Cause.POSITIONS} if Cause.LISTS in causes else set()
        return tuple(c for c in self.causes if c in {*causes, *lacking, Cause.SOFTWARE})

    def of_position(self, before: Facility, after: Facility) -> Cause:
        """Return what changed the position of a facility: a source that was asked, or a list."""
        asked = [f.looked_up is not None and not f.looked_up.own for f in (before, after)]
        return Cause.POSITIONS if any(asked) and Cause.POSITIONS in self.causes else Cause.LISTS


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list is a list of: a type, judged or only reached, perhaps under a name.

    ``label`` is what people call it, whatever the policy does.
    """

    type: FacilityType
    role: Role
    name: str
    label: str = field(default="", compare=False)

    def like(self, other: ListKind) -> bool:
        """Tell whether two lists are of one kind; one without a name may be any of its type."""
        one_name = self.name == other.name or not (self.name and other.name)
        return self.type is other.type and self.role is other.role and one_name


def kinds_of(layer_name: str, run: RunResult) -> frozenset[ListKind]:
    """Return what a list of a run is a list of, by its declaration or else by its rows."""
    found: set[ListKind] = set()
    for layer in run.layers:
        if layer.name == layer_name:
            rows = (v.facility for v in run.verdicts if not layer.types)
            listed = (f.types for f in rows if any(r.layer == layer_name for r in f.rows))
            types = layer.types.union(*listed)
            found |= {ListKind(kind, layer.role, layer.list_name, layer.name) for kind in types}
    return frozenset(found)


def list_words(kinds: Collection[ListKind]) -> Text:
    """Return what to call a list: its criteria, and its name where there may be several."""
    marks = type_marks(frozenset(kind.type for kind in kinds))
    told = {kind.label for kind in kinds if kind.name or kind.role is Role.DESTINATION}
    which = bracketed(names(sorted(told))) if told else NOTHING
    return run_on(Text(f"{marks}の一覧", f"the list of {marks}"), which)


def ground_between(
    old: RunResult,
    new: RunResult,
    pairs: Sequence[MatchedPair],
    causes: tuple[Cause, ...],
    policy: tuple[PolicyChange, ...],
) -> ComparedRuns:
    """Put two runs side by side.

    Parameters
    ----------
    old, new : RunResult
        The runs.
    pairs : sequence of MatchedPair
        Their facilities, matched.
    causes : tuple of Cause
        Everything that differs.
    policy : tuple of PolicyChange
        Keys of the policy that differ.
    """
    both = [(p.old, p.new) for p in pairs if p.old is not None and p.new is not None]
    return ComparedRuns(
        old=old,
        new=new,
        causes=causes,
        policy=policy,
        to_new={a.facility.id: b for a, b in both},
        to_old={b.facility.id: a for a, b in both},
    )


def counts(verdict: Verdict) -> bool:
    """Tell whether a facility counts as 二次救急病院 in its run, as far as its evidence says.

    One that lies off the roads, or nowhere, has no travel time but is left undetermined for it. A
    criterion without a list is undetermined for everybody, and says nothing of this one.
    """
    if FacilityType.SECONDARY_EMERGENCY not in verdict.facility.types:
        return False
    if verdict.facility.role is Role.DESTINATION or verdict.travel is not None:
        return True
    return any(o.truth is Truth.UNDETERMINED and o.given for o in verdict.outcomes)


def moved_m(before: Facility, after: Facility) -> float:
    """Return the metres between two positions of a facility; 0 where either is not known."""
    if before.position is None or after.position is None:
        return 0.0
    metres = distance_m(before.position, after.position)
    return metres if metres > MOVED_M else 0.0


def proven(cause: Cause, text: Text) -> Why:
    """Return a proven cause."""
    return Why(cause, Certainty.PROVEN, text)


def likely(cause: Cause, text: Text) -> Why:
    """Return a likely cause."""
    return Why(cause, Certainty.LIKELY, text)


def by_elimination(
    ground: ComparedRuns, depends: Sequence[Cause], what: Text, told: Callable[[Cause], Text | None]
) -> tuple[Why, ...]:
    """Return the causes of a change by what it rests on.

    A run gives the same result for the same inputs. So where only one of the things that a result
    rests on differs, that one is proven; of several, each is likely.

    Parameters
    ----------
    ground : ComparedRuns
        The runs.
    depends : sequence of Cause
        Everything that the changed value rests on.
    what : Text
        The value's name.
    told : callable
        Gives a sentence about a cause; None for a general one.
    """
    left = ground.only(*depends)
    if not left:
        return (
            likely(
                Cause.UNKNOWN,
                Text(
                    f"{what.ja}に関わる入力と設定は同じです。フォルダの記録からは原因が分かりません",
                    f"what {what.en} rests on is the same; the folders do not tell why",
                ),
            ),
        )
    if len(left) == 1:
        return (
            proven(left[0], _only(left[0], what, told(left[0]) or _policy_text(left[0], ground))),
        )
    names = Text(
        "、".join(CAUSE_LABELS[c].ja for c in left), ", ".join(CAUSE_LABELS[c].en for c in left)
    )
    several = Text(
        f"{what.ja}に関わるもののうち{names.ja}が変わっており、どれによるものか切り分けられません",
        f"of what {what.en} rests on, {names.en} changed: which one did it is not proven",
    )
    return tuple(
        likely(cause, told(cause) or _policy_text(cause, ground) or several) for cause in left
    )


def list_asked(ground: ComparedRuns) -> Text | None:
    """Return old and new name of the list that decides who counts; None when it is the same."""
    for change in ground.policy:
        if change.key.startswith("criterion.") and change.key.endswith(".list"):
            old, new = (str(v or "-").strip('"') for v in (change.old, change.new))
            return Text(f"「{old}」から「{new}」", f"{old} to {new}")
    return None


def _policy_text(cause: Cause, ground: ComparedRuns) -> Text | None:
    if cause is not Cause.POLICY or not ground.policy:
        return None
    asked = list_asked(ground)
    if asked is not None:
        return Text(
            f"二次救急病院とみなす一覧が{asked.ja}に変わりました",
            f"the list that says who counts changed ({asked.en})",
        )
    keys = [c.key for c in ground.policy[:_KEYS_SHOWN]]
    more = "…" if len(ground.policy) > _KEYS_SHOWN else ""
    return Text(
        f"設定基準（{'、'.join(keys)}{more}）が変わりました",
        f"the policy changed ({', '.join(keys)}{more})",
    )


def _only(cause: Cause, what: Text, told: Text | None) -> Text:
    label = CAUSE_LABELS[cause]
    only = Text(
        f"{what.ja}に関わる入力・設定のうち、変わったのは{label.ja}だけです",
        f"of what {what.en} rests on, only the {label.en} changed",
    )
    return only if told is None else together((told, only))
