"""Why a facility ends in its state, in a planner's words."""

from __future__ import annotations

from collections.abc import Iterable

from groundfloor.problems import Text
from spots.telling.findings import TOWN_MARK
from spots.telling.labels import AREA_CLASS_LABELS
from spots.telling.wording import joined, run_on
from spots.types import Accuracy, Facility, Place

ONLY_REACHED = Text(
    "隣県などの病院で、到達先としてのみ用いるため対象外", "out: used only as a destination"
)
NO_MUNICIPALITY = Text("所在する市町村が分かりません", "its municipality is not known")
NO_POSITION = Text("位置が分からず、円を描けません", "has no position to draw a circle around")
NO_CLASS = Text(
    "二次医療圏またはその区分（医師偏在指標）が分かりません",
    "its medical area or that area's class is not known",
)


def elsewhere(where: str) -> Text:
    """Return why a facility of another prefecture is out."""
    return Text(
        f"県外（{where}）の医療機関のため対象外", f"out: it lies in another prefecture ({where})"
    )


def already(place: Place) -> Text:
    """Return why no spot is needed where the whole medical area counts."""
    label, area = AREA_CLASS_LABELS[place.area_class], place.area or place.area_code or "?"
    return Text(
        f"所在する二次医療圏（{area}）が{label.ja}であり、スポットとする必要がない",
        f"its medical area ({area}) is already {_article(label.en)}; no spot is needed",
    )


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def meets_some(marks: Iterable[str], lacking: Text) -> Text:
    """Return why the rule is not met though criteria are.

    Parameters
    ----------
    marks : iterable of str
        Marks of the criteria met.
    lacking : Text
        What the others found.
    """
    had = "・".join(marks)
    return Text(
        f"{had}に当たりますが、要件の組合せを満たしません。{lacking.ja}",
        f"meets {had}, but not the rule as a whole: {lacking.en}",
    )


def meets_none(marks: Iterable[str]) -> Text:
    """Return that none of the criteria with these marks is met."""
    every = "・".join(marks)
    return Text(f"{every}のいずれの要件にも当たりません", f"meets none of {every}")


def together(texts: Iterable[Text]) -> Text:
    """Return several findings as one reason."""
    return joined(texts, "。", "; ")


def with_accuracy(reason: Text, facility: Facility) -> Text:
    """Say beside the reason that the circle stands round a town block's point, if it does."""
    position = facility.position
    if position is None or position.accuracy is not Accuracy.TOWN or TOWN_MARK.ja in reason.ja:
        return reason
    return run_on(reason, TOWN_MARK)
