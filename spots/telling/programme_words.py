"""Words about the classes of institutions in a career programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from boundaries.codes import PREFECTURES
from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.telling.units import period
from spots.telling.wording import joined, names, same
from spots.types.programmes import RuleGround

RULE_GROUNDS: Mapping[RuleGround, Text] = {
    RuleGround.REGISTER: Text("登録簿", "register"),
    RuleGround.MUNICIPALITY: Text("市町村", "municipality"),
    RuleGround.NAMED: Text("名簿", "by name"),
    RuleGround.AFFILIATED: Text("県外の連携施設", "affiliated"),
}
NO_MUNICIPALITY = Text("市町村が分からないため", "its municipality is not known")
NO_REGISTER = Text("設定区域の登録簿が与えられていないため", "no register of designations is given")
NO_RULE = Text("どの規則にも当たらないため", "no rule holds of it")
OUTSIDE = Text(
    "県外にあり、連携施設として挙げられていないため",
    "it lies in another prefecture and is not listed as affiliated",
)
OPEN_CLASS = Text("判定不能", "undetermined")


def prefecture_open(name: str, home: str) -> Text:
    """Return that the prefecture has no municipality of a name that is written without one."""
    own = PREFECTURES.get(home, home)
    return Text(
        f"「{name}」は{own}の市町村になく、どの都道府県か書かれていないため",
        f"{own} has no “{name}”, and no prefecture is written",
    )


def code_not_there(code: str, home: str) -> Text:
    """Return that a code is none of the prefecture's."""
    own = PREFECTURES.get(home, home)
    return Text(
        f"市町村コード {code} が{own}の市町村にないため",
        f"{own} has no municipality of the code {code}",
    )


def point_elsewhere(town: str, other: str) -> Text:
    """Return that a row's point does not lie in its municipality."""
    if not other:
        return Text(
            f"所在地は{town}だが、位置がその外にあるため", f"its point lies outside of {town}"
        )
    return Text(
        f"所在地は{town}だが、位置は{other}にあるため",
        f"its address is in {town}, its point in {other}",
    )


def towns_open(town: str) -> Text:
    """Return that a municipality cannot be compared with those of a rule."""
    return Text(
        f"「{town}」が規則の市町村か決められないため",
        f"“{town}” cannot be compared with the rule's municipalities",
    )


def by_towns(towns: Sequence[str], *, excepted: bool) -> Text:
    """Return why a rule by municipality holds."""
    listed = names(towns)
    if excepted:
        return Text(
            f"{listed.ja}以外の市町村の医療機関であるため",
            f"an institution of a municipality other than {listed.en}",
        )
    return Text(f"{listed.ja}の医療機関であるため", f"an institution of {listed.en}")


NAMED_HERE = Text("名簿にある医療機関であるため", "it is named")
AFFILIATED_HERE = Text(
    "県外の連携施設として認められているため", "an affiliated institution of another prefecture"
)


def with_place(reason: Text, town: str) -> Text:
    """Return a reason with the municipality that it rests on."""
    return Text(f"{reason.ja}（{town}）", f"{reason.en} ({town})") if town else reason


def with_name(reason: Text, name: str, town: str) -> Text:
    """Return a reason with the name that the programme has."""
    where = f"{town}、" if town else ""
    there = f", {town}" if town else ""
    return Text(f"{reason.ja}（{where}{name}）", f"{reason.en} ({name}{there})")


def designated_on(reason: Text, plan: str, span: DaySpan) -> Text:
    """Return why a rule by register holds: what the register says, the plan and its days."""
    told = joined((same(plan), period(span.first, span.last)))
    return Text(f"{reason.ja}（{told.ja}）", f"{reason.en} ({told.en})")


def may_be_named(name: str, why: Text) -> Text:
    """Return that an institution may be one that is named, and why that is open."""
    return Text(
        f"名簿の「{name}」かもしれないため（{why.ja}）",
        f"it may be “{name}” of the list ({why.en})",
    )


LISTED_TWICE = Text("一覧に同じ名称が複数ある", "the list has several of that name")
CLAIMED_TWICE = Text("名簿の複数の名称に当たる", "several names of the programme fit it")
PLACE_OPEN = Text("市町村が分からない", "its municipality is not known")
