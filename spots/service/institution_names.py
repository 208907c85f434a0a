"""Which institution a posting means: by its id, or by its name, one to one.

Names agree after folding and without the corporation in front, never by their ends: 健生病院 is not
藤代健生病院. Stands apart: many postings name few institutions, each is looked for once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from groundfloor.folding import compact
from groundfloor.near_names import nearest_names
from groundfloor.problems import Problem, Text, error
from spots.facilities.naming import name_key
from spots.types.institution_classes import InstitutionClasses

# Only what says that it is an institution is quoted: a name in the wrong column is not.
_INSTITUTION = re.compile(
    "病院|診療所|クリニック|医院|医療センター|保健所|療養所|hospital|clinic", re.IGNORECASE
)

_BEGINNING = 2  # characters


class InstitutionNames:
    """The institutions of a programme by what postings may call them.

    Parameters
    ----------
    classes : mapping of str to InstitutionClasses
        By id.
    """

    def __init__(self, classes: Mapping[str, InstitutionClasses]) -> None:
        self._by_id = {compact(key): key for key in classes}
        self._by_name: dict[str, list[str]] = {}
        self._said: dict[str, str] = {}
        for key, each in classes.items():
            placed = f"{each.name}（{each.municipality}）" if each.municipality else each.name
            self._said[key] = placed
            self._by_id.setdefault(compact(placed), key)
            same = self._by_name.setdefault(name_key(each.name), [])
            if not any(_entered_twice(each, classes[other]) for other in same):
                same.append(key)
        self._classes = classes
        self._names = tuple(dict.fromkeys(each.name for each in classes.values()))
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def meant(self, cell: str, municipality: str = "") -> tuple[str, ...]:
        """Return the ids that a cell may mean: one, or none, or several of one name.

        Parameters
        ----------
        cell : str
            Id or name.
        municipality : str
            Where it lies, which tells those of one name apart; empty where nobody says.
        """
        found = self._found.get((cell, municipality))
        if found is None:
            exact = self._by_id.get(compact(cell))
            named = (exact,) if exact is not None else self._by_name.get(name_key(cell), ())
            found = tuple(key for key in named if _lies_in(self._classes[key], municipality))
            self._found[cell, municipality] = found
        return found

    def not_found(
        self, cell: str, label: str, row: int, column: str, municipality: str = ""
    ) -> Problem:
        """Return the error of an institution that nobody knows, or that several are."""
        several = self.meant(cell, municipality)
        elsewhere = self.meant(cell) if not several else ()
        near = [self._said[key] for key in several or elsewhere] or [*self._near(cell)]
        ja, en = "、".join(near), ", ".join(near)
        if several:
            message = Text(
                "同じ名称の医療機関が複数あります", "several institutions have this name"
            )
            remedy = Text(f"次のいずれかで書いてください：{ja}", f"write one of: {en}")
        else:
            message = Text("医療機関の一覧にありません", "is not in the list of institutions")
            remedy = (
                Text(f"次の誤りではありませんか：{ja}", f"is one of these meant: {en}?")
                if near
                else Text("医療機関の一覧に加えてください", "add it to the list of institutions")
            )
        value = cell if _INSTITUTION.search(cell) else None
        return error(
            "posting-institution",
            message,
            remedy,
            file=label,
            row=row,
            column=column,
            value=value,
        )

    def _near(self, cell: str) -> tuple[str, ...]:
        """Return names like a cell; else those that begin like it: 健生クリニック, 健生病院."""
        start = name_key(cell)[:_BEGINNING]
        return nearest_names(cell, self._names) or tuple(
            name for name in self._names if name_key(name)[:_BEGINNING] == start
        )


def _entered_twice(one: InstitutionClasses, other: InstitutionClasses) -> bool:
    """Return whether two rows of a list are of one place, and no posting's months depend on which.

    Two of one name that nobody says where they lie may be two institutions.
    """
    place = one.municipality_code or one.municipality
    return (
        bool(place)
        and (other.municipality_code or other.municipality) == place
        and (other.facility_kind, other.outside) == (one.facility_kind, one.outside)
        and other.spans == one.spans
    )


def _lies_in(institution: InstitutionClasses, municipality: str) -> bool:
    """Return whether an institution may lie where a cell says: 弘前市, 青森県弘前市, 02202."""
    asked, code = compact(municipality), institution.municipality_code
    known = compact(institution.municipality)
    if not asked or not (known or code):
        return True
    return bool(known and (known in asked or asked in known)) or bool(code and asked == code)


def by_id(institutions: Iterable[InstitutionClasses]) -> dict[str, InstitutionClasses]:
    """Return institutions by what postings call them."""
    return {each.institution: each for each in institutions}
