"""Columns of what the plan says of a spot or a unit: why, for which service, after which councils.

Circles and units have the same columns. Those of circles stand only where some spot has a word to
say in them: most lists give none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol, TypeVar

from groundfloor.problems import Lang, Text
from spots.telling.columns import Column, ColumnKind, Filled, Value
from spots.telling.labels import listed
from spots.telling.units import day

T = TypeVar("T")


class ForPlan(Protocol):
    """What the plan says something of: a spot, or a unit in a result."""

    @property
    def reason(self) -> Text:
        """設定理由."""

    @property
    def service(self) -> Text | None:
        """The service that physicians are secured for."""

    @property
    def councils(self) -> tuple[date, ...]:
        """Days of the councils."""

    @property
    def page(self) -> str:
        """Page of the plan."""

    @property
    def on_application(self) -> bool:
        """Whether its municipality applied for it."""


REASON = Column(
    "reason",
    ColumnKind.TEXT,
    Text("設定理由", "reason"),
    Text("計画に書く設定理由", "why, as the plan must say it"),
    width=36,
)
SERVICE = Column(
    "service",
    ColumnKind.TEXT,
    Text("確保する医療", "service"),
    Text("医師を確保して行う医療", "that physicians are secured for"),
    width=28,
)
COUNCILS = Column(
    "councils",
    ColumnKind.LIST,
    Text("協議した日", "councils"),
    Text("協議会などで協議した日", "days of the councils that dealt with it"),
    width=17,
)
PAGE = Column(
    "page", ColumnKind.TEXT, Text("計画の頁", "page"), Text("計画での頁", "page of the plan")
)
ON_APPLICATION = Column(
    "on_application",
    ColumnKind.BOOLEAN,
    Text("申請", "on application"),
    Text("市町村の申請によるか", "whether its municipality applied for it"),
    width=8,
    centred=True,
)


def plan_columns(of: Callable[[T], ForPlan | None]) -> tuple[Filled[T], ...]:
    """Return what the plan says beside the reason, for rows that may have it.

    Parameters
    ----------
    of : callable
        What a row is about; None where the plan says nothing of it.
    """

    def service(row: T, lang: Lang) -> Value | None:
        told = of(row)
        return told.service.render(lang) if told and told.service else None

    def councils(row: T, _lang: Lang) -> Value | None:
        told = of(row)
        return tuple(d.isoformat() for d in told.councils) if told else None

    def councils_in_words(row: T, lang: Lang) -> str:
        told = of(row)
        return listed((day(d).render(lang) for d in told.councils), lang) if told else ""

    def page(row: T, _lang: Lang) -> Value | None:
        told = of(row)
        return told.page if told else None

    def on_application(row: T, _lang: Lang) -> Value | None:
        told = of(row)
        return told.on_application if told else None

    return (
        Filled(SERVICE, service),
        Filled(COUNCILS, councils, councils_in_words),
        Filled(PAGE, page),
        Filled(ON_APPLICATION, on_application),
    )


def given_columns(said: Iterable[ForPlan]) -> tuple[str, ...]:
    """Return the names of `plan_columns` in which some spot or unit has a word to say."""
    every = tuple(said)
    names = (SERVICE.name, COUNCILS.name, PAGE.name, ON_APPLICATION.name)
    return tuple(name for name in names if any(getattr(each, name) for each in every))
