"""Institutions that are no other institution to anybody: dental ones, and those that are closed.

Lists have them among the others and say so in names and remarks. Whoever treats more than teeth
counts: 山田内科・歯科医院 is no dental clinic. Each is told in the findings that it bears on.

Stands apart: words of names and remarks, for the run that gathers facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from groundfloor.folding import compact
from spots.types import Facility

DENTAL, CLOSED = "dental", "closed"
_DENTAL = re.compile(
    r"(?:小児|矯正|審美|口腔)?(?:歯科|歯学部?|デンタル)"
    r"(?:医院|診療所|クリニック|オフィス|医師会|[附付]属病院|病院)?"
)
#: Words of institutions that treat more than teeth; 口腔外科 does not.
_MEDICAL = re.compile(
    r"内科|(?<!口腔)外科|小児|産科|婦人科|眼科|耳鼻|皮膚科|泌尿器|精神科|心療|整形|医科|胃腸"
    r"|病院|医院|診療所|クリニック|医療センター"
)
_CLOSED = re.compile(r"廃止|閉院|閉鎖|休止|休院|休診中|休業")


def apart_of(facilities: Iterable[Facility]) -> dict[str, str]:
    """Return, by id, who does not count as another institution, and why.

    Parameters
    ----------
    facilities : iterable of Facility
        All of the run.

    Returns
    -------
    dict of str to str
        `DENTAL` where the name is that of a dental clinic and of nothing else; `CLOSED` where name
        or remark say so.
    """
    found = {}
    for facility in facilities:
        name = compact(facility.name)
        if _CLOSED.search(name) or _CLOSED.search(compact(facility.remark)):
            found[facility.id] = CLOSED
        elif _DENTAL.search(name) and not _MEDICAL.search(_DENTAL.sub("", name)):
            found[facility.id] = DENTAL
    return found
