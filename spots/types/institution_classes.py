"""Which class an institution is of, day by day, and the rule that says so.

A programme decides it, for one cohort; months of service are counted over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.types.verdicts import Truth


@dataclass(frozen=True, slots=True)
class ClassSpan:
    """Days on which an institution is of one class.

    Parameters
    ----------
    span : DaySpan
        The days.
    class_id : str
        Id of the class in the programme; empty where nothing tells (`truth`).
    rule : str
        Id of the rule that decided; empty where none did.
    reason : Text
        Why, in a sentence: the rule, and the spot or area with its plan and days.
    truth : Truth
        MET where it is of that class. UNDETERMINED where the institution's place is open, or the
        register has no edition for those days: then `class_id` is what it may be, or empty.
    plan, unit : str
        Plan and unit of a designation that decided; empty otherwise.
    may_be : tuple of str
        Where it is UNDETERMINED: every class that it may be, in the order of the rules.
    """

    span: DaySpan
    class_id: str
    rule: str
    reason: Text
    truth: Truth = Truth.MET
    plan: str = ""
    unit: str = ""
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstitutionClasses:
    """An institution in one programme, for each cohort.

    Parameters
    ----------
    institution : str
        Its id in the list, or its name where the list has no ids: what postings call it.
    name : str
        Name as written.
    municipality_code, municipality, area : str
        Where it lies; empty where nobody knows.
    facility_kind : str
        種別 as the list has it (病院, 診療所, …); empty where it has none.
    outside : bool
        Whether it lies outside the programme's prefecture.
    spans : mapping of str to tuple of ClassSpan
        By id of the cohort: all days from the first that anybody asks about, without a gap or an
        overlap, in order.
    """

    institution: str
    name: str
    municipality_code: str
    municipality: str
    area: str
    facility_kind: str
    outside: bool
    spans: Mapping[str, tuple[ClassSpan, ...]]
