"""What a selection's conditions found of a unit, each with its figure and its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from boundaries.types import AreaClass
from groundfloor.problems import Text
from spots.telling.labels import AREA_CLASS_LABELS, TYPE_LABELS
from spots.telling.wording import NOTHING, as_one, bracketed, names, run_on, same
from spots.types import FacilityType, Truth

EVERY_UNIT = Text("この種類のすべて", "all units of this kind")
NATIONAL_AVERAGE = Text("全国平均", "the national average")
PHYSICIAN_INDEX = Text("医師偏在指標", "physician index")
_OPEN = Text("、判定できません", "")
#: How a figure stands to its limit, by the key of the bound.
RELATIONS: dict[str, Text] = {
    "below": Text("未満", "below"),
    "at_most": Text("以下", "at most"),
    "above": Text("超", "above"),
    "at_least": Text("以上", "at least"),
}
_RANKS: dict[str, Text] = {
    "lowest": Text("低い方から", "lowest"),
    "highest": Text("高い方から", "highest"),
}
_KINDS: dict[str, Text] = {
    "city": Text("市", "city"),
    "town": Text("町", "town"),
    "village": Text("村", "village"),
    "ward": Text("区", "ward"),
}


def undetermined(why: Text) -> Text:
    """Return a finding that leaves a condition open, by why it does.

    Examples
    --------
    >>> undetermined(Text("人口が分からず", "the population is not known")).ja
    '人口が分からず、判定できません'
    """
    return run_on(why, _OPEN)


def figure(value: float, decimals: int = 0) -> str:
    """Return a number with all digits that it has, and at least so many decimals.

    Examples
    --------
    >>> figure(12345.0), figure(196.3, 1), figure(200.0, 1), figure(0.25)
    ('12,345', '196.3', '200.0', '0.25')
    """
    plain = Decimal(repr(value)).normalize()
    own = max(-int(plain.as_tuple().exponent), decimals, 0)
    return f"{plain:,.{own}f}"


# --- numbers


@dataclass(frozen=True, slots=True)
class FigureTold:
    """A figure of a unit, as sentences have it.

    Parameters
    ----------
    what : Text
        What it counts (医師偏在指標).
    shown : Text
        The number with its unit.
    of : str
        Where it was measured (津山・英田); may be empty.
    """

    what: Text
    shown: Text
    of: str = ""

    @property
    def text(self) -> Text:
        """Both with the place in brackets."""
        where = bracketed(same(self.of)) if self.of else NOTHING
        return run_on(self.what, same(" "), self.shown, where)


def against_limit(told: FigureTold, key: str, limit: Text, truth: Truth) -> Text:
    """Return how a figure stands to a limit.

    Examples
    --------
    >>> told = FigureTold(PHYSICIAN_INDEX, same("196.3"), "津山・英田")
    >>> average = Text("全国平均 255.6", "the national average 255.6")
    >>> against_limit(told, "below", average, Truth.MET).ja
    '医師偏在指標 196.3（津山・英田）は全国平均 255.6 未満'
    >>> against_limit(told, "below", average, Truth.MET).en
    'physician index 196.3 (津山・英田) is below the national average 255.6'
    """
    what, relation = told.text, RELATIONS[key]
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(
                f"{what.ja}は{limit.ja} と表示の桁で同じため",
                f"{what.en} equals {limit.en} at the digits shown",
            )
        )
    no_ja, no_en = ("", "") if truth is Truth.MET else ("ではありません", "not ")
    return Text(
        f"{what.ja}は{limit.ja} {relation.ja}{no_ja}",
        f"{what.en} is {no_en}{relation.en} {limit.en}",
    )


def national_average(shown: Text) -> Text:
    """Return the national average as a limit."""
    return run_on(NATIONAL_AVERAGE, same(" "), shown)


def ranked(told: FigureTold, key: str, count: int, rank: int, among: int, ties: int) -> Text:
    """Return the rank of a figure, counted from the lowest or the highest.

    Parameters
    ----------
    told : FigureTold
        The figure.
    key : str
        ``"lowest"`` or ``"highest"``.
    count : int
        How many the condition takes.
    rank, among : int
        Its competition rank, and among how many figures.
    ties : int
        How many others are equal to it.
    """
    what, end = told.text, _RANKS[key]
    tied = bracketed(Text(f"ほか{ties}件と同じ値", f"equal to {ties} more")) if ties else NOTHING
    return Text(
        f"{what.ja}は都道府県内で{end.ja}{rank}番目{tied.ja}（{among}件中、対象は{count}番目まで）",
        f"{what.en} is number {rank}{tied.en} of {among} in the prefecture from the {end.en} "
        f"(the {end.en} {count} count)",
    )


def rank_open(finding: Text, unknown: int) -> Text:
    """Return that a rank leaves a condition open: by a tie at the last place, or blanks."""
    why = Text("境目の順位に同じ値が並ぶため", "and equal values stand at the last place")
    if unknown:
        why = Text(
            f"数値のない{unknown}件により変わりうるため",
            f"and {unknown} without a figure may change that",
        )
    return undetermined(Text(f"{finding.ja}。{why.ja}", f"{finding.en}, {why.en}"))


def no_figure(what: Text, of: str) -> Text:
    """Return that a figure is not known of a place."""
    return undetermined(Text(f"{of}の{what.ja}が分からず", f"{what.en} of {of} is not known"))


def no_average(what: Text) -> Text:
    """Return that there is no national average to compare with."""
    return undetermined(
        Text(f"{what.ja}の全国平均が分からず", f"no national average of {what.en} is known")
    )


def disagreeing(parts: Sequence[Text]) -> Text:
    """Return that the places that a unit lies in do not agree."""
    told = as_one(parts)
    return undetermined(
        Text(
            f"またがる区域で結果が異なるため（{told.ja}）", f"what it lies in disagrees ({told.en})"
        )
    )


def column_name(column: str, table: str) -> Text:
    """Return a column of a table, by both names.

    Examples
    --------
    >>> column_name("人口10万対医師数", "三師統計").ja
    '人口10万対医師数「三師統計」'
    """
    return Text(f"{column}「{table}」", f"{column} ({table})") if table else same(column)


def no_table(name: str) -> Text:
    """Return that the run has not a table that the policy can do without."""
    return undetermined(Text(f"表「{name}」が与えられておらず", f"no table {name} is given"))


def no_row(table: str, of: str) -> Text:
    """Return that a table has no row about a unit."""
    return undetermined(
        Text(f"表「{table}」に{of}の行がないため", f"the table {table} has no row about {of}")
    )


def several_rows(table: str, rows: Sequence[str]) -> Text:
    """Return that a table has several rows that may be about a unit, and that differ."""
    told = names(rows)
    return undetermined(
        Text(
            f"表「{table}」のどの行（{told.ja}）に当たるか決められず",
            f"several rows of the table {table} may be about it: {told.en}",
        )
    )


# --- names and places


def is_named(truth: Truth) -> Text:
    """Return whether a unit is one of those that the policy names."""
    match truth:
        case Truth.MET:
            return Text("設定基準に名称がある", "is named in the policy")
        case Truth.NOT_MET:
            return Text("設定基準に名称がありません", "is not named in the policy")
    return undetermined(
        Text(
            "設定基準の名称が複数に当たるため", "a name in the policy fits several, it may be this"
        )
    )


def lies_in(own: Sequence[str], asked: Sequence[str], truth: Truth, *, partly: bool) -> Text:
    """Return whether a unit lies in one of several municipalities, or medical areas.

    Parameters
    ----------
    own : sequence of str
        Names of those that it lies in.
    asked : sequence of str
        As the policy has them.
    truth : Truth
        Whether it lies wholly in them.
    partly : bool
        Whether a part of it does.
    """
    here, there = names(own), names(asked)
    if truth is Truth.MET:
        return Text(f"{here.ja}にある", f"lies in {here.en}")
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(f"{there.ja}にあるか分からず", f"it is not known whether it lies in {there.en}")
        )
    if partly:
        return Text(
            f"一部だけが{there.ja}にある（{here.ja}）",
            f"lies only partly in {there.en} ({here.en})",
        )
    at = bracketed(here)
    return Text(f"{there.ja}にありません{at.ja}", f"does not lie in {there.en}{at.en}")


def is_of_kind(own: str, asked: Sequence[str], truth: Truth) -> Text:
    """Return whether a municipality is a 市, 町, 村 or 区."""
    ja = "・".join(_KINDS[k].ja for k in asked)
    en = " or ".join(_KINDS[k].en for k in asked)
    if truth is Truth.MET:
        return Text(f"{own}は{ja}に当たる", f"{own} is a {en}")
    if truth is Truth.NOT_MET:
        return Text(f"{own}は{ja}ではありません", f"{own} is no {en}")
    return undetermined(Text("市区町村が分からず", "its municipality is not known"))


def is_of_class(area: str, found: Text, asked: Sequence[AreaClass], truth: Truth) -> Text:
    """Return whether a medical area is of one of the classes that are asked for.

    Parameters
    ----------
    area : str
        Its name.
    found : Text
        Its class, or why that is not known.
    asked : sequence of AreaClass
        Those that count.
    truth : Truth
        Whether it is of one.
    """
    labels = [AREA_CLASS_LABELS[c] for c in asked]
    ja, en = "・".join(t.ja for t in labels), " or ".join(t.en for t in labels)
    if truth is Truth.MET:
        return Text(f"{area}は{found.ja}", f"{area}: {found.en}")
    if truth is Truth.NOT_MET:
        return Text(f"{area}は{found.ja}で、{ja}ではありません", f"{area}: {found.en}, not {en}")
    return undetermined(
        Text(f"{area}が{ja}か分からず（{found.ja}）", f"{area}: {found.en}, perhaps {en}")
    )


def is_apart(asked: bool, truth: Truth, *, partly: bool) -> Text:
    """Return whether a unit lies on land apart from the main land of the prefecture.

    Parameters
    ----------
    asked : bool
        Whether it should.
    truth : Truth
        Whether it does as asked, by the outlines; bridges join no land.
    partly : bool
        Whether it lies on both.
    """
    if truth is Truth.UNDETERMINED:
        return undetermined(
            Text(
                "本土にあるか、離れた陸地にあるか分からず",
                "it is not known whether it lies on the main land",
            )
        )
    if partly:
        return Text(
            "都道府県の本土と、本土から離れた陸地の両方にかかる",
            "lies partly on the main land of the prefecture, partly apart from it",
        )
    if asked is (truth is Truth.MET):
        return Text(
            "都道府県の本土から離れた陸地にある（橋は見ていません）",
            "lies on land apart from the main land of the prefecture (bridges aside)",
        )
    return Text("都道府県の本土にある", "lies on the main land of the prefecture")


NO_AREA = undetermined(Text("二次医療圏が分からず", "its medical area is not known"))
NO_PLACE = undetermined(Text("位置が分からず", "where it lies is not known"))


def is_listed(title: str, truth: Truth) -> Text:
    """Return whether a list names a unit."""
    match truth:
        case Truth.MET:
            return Text(f"「{title}」に載っている", f"is on the list {title}")
        case Truth.NOT_MET:
            return Text(f"「{title}」に載っていません", f"is not on the list {title}")
    return undetermined(
        Text(f"「{title}」の行に当たるか決められず", f"a row of {title} may mean it, or another")
    )


def is_inside(asked: Sequence[str], truth: Truth) -> Text:
    """Return whether a unit lies in the ground of other selections or results."""
    ja, en = "・".join(f"「{n}」" for n in asked), " or ".join(asked)
    match truth:
        case Truth.MET:
            return Text(f"{ja}の区域内にある", f"lies inside {en}")
        case Truth.NOT_MET:
            return Text(f"{ja}の区域内にありません", f"does not lie inside {en}")
    return undetermined(
        Text(f"{ja}の区域内か分からず", f"it is not known whether it lies inside {en}")
    )


# --- institutions


def is_of_type(kind: FacilityType, truth: Truth) -> Text:
    """Return whether an institution is of a type."""
    label = TYPE_LABELS[kind]
    match truth:
        case Truth.MET:
            return Text(f"{label.ja}である", f"is a {label.en}")
        case Truth.NOT_MET:
            return Text(f"{label.ja}の一覧に載っていません", f"is not listed as a {label.en}")
    return undetermined(Text("医療機関ではなく", "it is no institution"))


NOT_JUDGED = undetermined(
    Text("設定基準の [rule] で判定されておらず", "it was not judged by [rule] of the policy")
)
