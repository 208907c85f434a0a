"""A career programme: its classes, its cohorts, and the rules that say who is of which class.

A graduate of a 地域枠 serves so many years in institutions of a class; the same institution counts
for one cohort and not for another. A rule says by what: the register of designations, the
municipality, or a list of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from groundfloor.day_spans import DaySpan
from groundfloor.problems import Text
from spots.types.designations import DesignationKind
from spots.types.institution_classes import ClassSpan, InstitutionClasses


class RuleGround(StrEnum):
    """What a rule of a programme goes by."""

    REGISTER = "register"  # designated on the day: 少数区域, スポット, 重点区域
    MUNICIPALITY = "municipality"
    NAMED = "named"  # a list of names of the prefecture
    AFFILIATED = "affiliated"  # a list of names beyond the prefecture


@dataclass(frozen=True, slots=True)
class Cohort:
    """Graduates to whom the same rules apply."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class ProgrammeClass:
    """A class of institutions."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class ListedTown:
    """A municipality as a programme writes it.

    Parameters
    ----------
    name, code : str
        Its name, and its five-digit JIS code; one of them may be empty.
    """

    name: str
    code: str = ""

    @property
    def shown(self) -> str:
        """What people read."""
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class NamedInstitution:
    """An institution that a programme names.

    Parameters
    ----------
    name : str
        As the programme writes it.
    also : tuple of str
        Other names that it has in lists.
    town : ListedTown or None
        Its municipality; None where the programme does not say.
    prefecture_code : str
        Of an institution that lies in another prefecture, where the programme says so.
    span : DaySpan or None
        Days on which it is named; None for those of its rule.
    line : int or None
        Line of the file.
    """

    name: str
    also: tuple[str, ...] = ()
    town: ListedTown | None = None
    prefecture_code: str = ""
    span: DaySpan | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeRule:
    """A rule: whoever it holds of is of its class, where no rule before it holds.

    Parameters
    ----------
    id, class_id : str
        Its own id, and that of its class.
    by : RuleGround
        What it goes by.
    cohorts : tuple of str
        Ids of the cohorts it is for.
    span : DaySpan or None
        Days on which it is a rule; None for all.
    reason : Text or None
        Why, in the programme's words.
    kinds : tuple of DesignationKind
        Of a rule by register: designated as any of these.
    towns : tuple of ListedTown
        Of a rule by municipality: those that it is about.
    excepted : tuple of ListedTown
        Of a rule by municipality: every municipality of the prefecture but these.
    institutions : tuple of NamedInstitution
        Of the others.
    """

    id: str
    class_id: str
    by: RuleGround
    cohorts: tuple[str, ...]
    span: DaySpan | None = None
    reason: Text | None = None
    kinds: tuple[DesignationKind, ...] = ()
    towns: tuple[ListedTown, ...] = ()
    excepted: tuple[ListedTown, ...] = ()
    institutions: tuple[NamedInstitution, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """A programme, as its file has it.

    Parameters
    ----------
    id : str
        Its id.
    title : Text
        Its title.
    prefecture_code : str
        Two digits; empty where it is a programme for whichever prefecture is asked about.
    source : Text
        Where it is published.
    source_url : str
        Its page, or empty.
    towns : tuple of ListedTown
        All municipalities of the prefecture, where the file lists them.
    cohorts, classes : tuple
        In the file's order.
    default : str
        Id of the class of everybody else.
    rules : tuple of ProgrammeRule
        In the file's order: the first that holds decides.
    file : str
        What messages call the file.
    """

    id: str
    title: Text
    prefecture_code: str
    source: Text
    source_url: str
    towns: tuple[ListedTown, ...]
    cohorts: tuple[Cohort, ...]
    classes: tuple[ProgrammeClass, ...]
    default: str
    rules: tuple[ProgrammeRule, ...]
    file: str

    def class_title(self, class_id: str) -> Text:
        """Return what a class is called; its id where the programme has none of that id."""
        titles = {each.id: each.title for each in self.classes}
        return titles.get(class_id, Text(class_id, class_id))


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """An institution for one cohort on some days: a row of a programme's list."""

    programme: ProgrammeRules
    institution: InstitutionClasses
    cohort: Cohort
    span: ClassSpan
