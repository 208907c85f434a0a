"""Words about the classes of institutions in a career programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from boundaries.codes import PREFECTURES
from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.telling.units import period
from spots.telling.wording import joined, names, same
from spots.types import Truth
from spots.types.programmes import ProgrammeEntry, RuleGround

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
PAGE_WORDS: Mapping[str, Text] = {
    "north": Text("北", "N"),
    "scale": Text("縮尺", "scale"),
    "no_map": Text(
        "図なし: 登録簿か、市町村の境界データがありません",
        "no map: neither a register nor outlines of municipalities are given",
    ),
}
CERTAINTIES: Mapping[Truth, Text] = {
    Truth.MET: Text("確定", "certain"),
    Truth.UNDETERMINED: Text("判定不能", "undetermined"),
}
ON_DAY = Text("基準日", "day")
COHORT = Text("対象者", "graduates")
SOURCE = Text("出典", "source")
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
    """Return a reason with the municipality, or the name, that it rests on."""
    return Text(f"{reason.ja}（{town}）", f"{reason.en} ({town})") if town else reason


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


def class_words(row: ProgrammeEntry) -> Text:
    """Return the class of an institution as people read it; what it may be, where that is open."""
    title = row.programme.class_title(row.span.class_id)
    if row.span.truth is not Truth.UNDETERMINED:
        return title
    return Text(f"判定不能（{title.ja}の可能性）", f"undetermined (perhaps {title.en})")


def on_day(day_shown: Text) -> Text:
    """Return the day of a list, as its heading says it."""
    return Text(f"基準日: {day_shown.ja}", f"on {day_shown.en}")


def counted_classes(counts: Sequence[tuple[Text, int]]) -> Text:
    """Return how many institutions are of each class."""
    return joined(
        (Text(f"{title.ja} {n:,}", f"{title.en}: {n:,}") for title, n in counts), "、", ", "
    )


def numbers_listed(numbers: Sequence[int]) -> str:
    """Return numbers with runs of them taken together.

    Examples
    --------
    >>> numbers_listed((1, 2, 3, 5, 8, 9))
    '1–3, 5, 8, 9'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{r[0]}–{r[-1]}" if len(r) > _RUN else ", ".join(map(str, r)) for r in runs]
    return ", ".join(told)


_RUN = 2


def in_their_town(numbers: Sequence[int], *, numbered: bool) -> Text:
    """Return whose symbol stands in the middle of its municipality, for want of a position."""
    which = _which(numbers, numbered=numbered)
    return Text(
        f"座標がないため市町村の中に示したもの: {which.ja}",
        f"shown in their municipality, for want of a position: {which.en}",
    )


def not_on_map(numbers: Sequence[int], *, numbered: bool) -> Text:
    """Return whose symbol is not on the map."""
    which = _which(numbers, numbered=numbered)
    return Text(f"図にないもの: {which.ja}", f"not on the map: {which.en}")


def _which(numbers: Sequence[int], *, numbered: bool) -> Text:
    """Return institutions by their numbers, or how many they are where none has one."""
    if numbered:
        return same(numbers_listed(numbers))
    return Text(f"{len(numbers):,}機関", f"{len(numbers):,} institutions")


def listed_in_sheet(count: int, name: str) -> Text:
    """Return that a list is too long for its page."""
    return Text(
        f"{count:,}機関の一覧は {name} にあります。",
        f"The list of {count:,} institutions is in {name}.",
    )


def kind_unrecorded(kind: Text) -> Text:
    """Return that a register has no edition of a kind that a programme asks about."""
    return Text(
        f"登録簿に{kind.ja}の版が1つもないため、その区分かどうかは判定不能です",
        f"has no edition of {kind.en}: whether anybody is of that class is undetermined",
    )


DROP_THE_RULE = Text(
    "設定がないと分かっている種類は、プログラムのファイルから規則を外してください"
    "（少数区域とスポットだけなら shortage）",
    "where there is known to be none, leave the rule out of the programme "
    "(shortage is the one of shortage areas and spots alone)",
)
