"""Forms for the lists that a policy asks for: columns that the readers of lists know.

Stands apart: what a form holds is the vocabulary of lists, how it is drawn is `spots.outputs`.
"""

from __future__ import annotations

from datetime import date

from groundfloor.problems import Lang, Text
from spots.outputs.form_book import CellEntry, FormColumn, FormWords, form_book
from spots.telling import form_words as words
from spots.types import FacilityType


def form_names(kind: FacilityType, lang: Lang) -> str:
    """Return what the form for a type is called, without its suffix."""
    return words.FORM_NAMES[kind].render(lang)


def list_form(kind: FacilityType, prefecture: str, lang: Lang) -> bytes:
    """Return the form for the list of one type, as XLSX.

    Parameters
    ----------
    kind : FacilityType
        The type of its rows.
    prefecture : str
        Two digits.
    lang : Lang
        Its language.
    """
    said = _said(words.form_title(kind, prefecture))
    return form_book(_columns(kind), said, lang)


def place_form(name: str, prefecture: str, lang: Lang) -> bytes:
    """Return the form for places or names that a preset asks for, as XLSX.

    Parameters
    ----------
    name : str
        What the preset calls them; one of `spots.telling.form_words.PLACE_NAMES`.
    prefecture, lang : str, Lang
        As of `list_form`.
    """
    return form_book(_place_columns(name), _said(words.place_title(name, prefecture)), lang)


def _said(title: Text) -> FormWords:
    return FormWords(
        tab=words.TAB,
        guide_tab=words.GUIDE_TAB,
        title=title,
        notes=words.NOTES,
        guide_heads=words.GUIDE_HEADS,
        needed=words.NEEDED,
        refused=words.REFUSED,
    )


def _columns(kind: FacilityType) -> tuple[FormColumn, ...]:
    return (
        FormColumn(words.NAME, 26, words.NAME_HOW, words.example_name(kind), needed=True),
        FormColumn(
            words.TYPE,
            9,
            words.type_how(kind),
            words.example_type(kind),
            entry=CellEntry.CHOICE,
            choices=words.CHOICES,
        ),
        FormColumn(words.TOWN, 13, words.TOWN_HOW, words.TOWN_EXAMPLE, needed=True),
        FormColumn(words.ADDRESS, 26, words.ADDRESS_HOW, words.ADDRESS_EXAMPLE),
        *_POINT,
        *_PLAN,
    )


def _place_columns(name: str) -> tuple[FormColumn, ...]:
    applied = FormColumn(
        words.APPLIED,
        8,
        words.APPLIED_HOW,
        words.APPLIED_CHOICES[0],
        entry=CellEntry.CHOICE,
        choices=words.APPLIED_CHOICES,
    )
    return (
        FormColumn(words.PLACE, 26, words.PLACE_HOW, words.PLACE_EXAMPLES[name], needed=True),
        FormColumn(words.TOWN, 13, words.TOWN_HOW, words.TOWN_EXAMPLE, needed=True),
        *(_POINT if name == "islands" else ()),
        *((applied,) if name == "applications" else ()),
        *_PLAN,
    )


_COUNCIL = date(2026, 4, 1)
_POINT = (
    FormColumn(words.LAT, 11, words.LAT_HOW, 32.685331, entry=CellEntry.LATITUDE),
    FormColumn(words.LON, 12, words.LON_HOW, 131.150494, entry=CellEntry.LONGITUDE),
)
_PLAN = (
    FormColumn(words.REASON, 28, words.REASON_HOW, words.REASON_EXAMPLE),
    FormColumn(words.SERVICE, 17, words.SERVICE_HOW, words.SERVICE_EXAMPLE),
    FormColumn(words.COUNCIL_1, 12, words.COUNCIL_HOW, _COUNCIL, entry=CellEntry.DAY),
    FormColumn(words.COUNCIL_2, 12, words.COUNCIL_HOW, _COUNCIL, entry=CellEntry.DAY),
    FormColumn(words.PAGE, 9, words.PAGE_HOW, words.PAGE_EXAMPLE),
    FormColumn(words.REMARK, 14, words.REMARK_HOW, words.BLANK),
)
