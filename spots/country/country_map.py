"""``map.html`` of several prefectures: their spots, and as much of the rest as a page can hold.

Stands apart: a run's map shows everything that the run has.
"""

from __future__ import annotations

from dataclasses import replace

from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang
from spots.map import render_map
from spots.telling.country_words import left_off_map
from spots.types import RunResult, State

#: Facilities with their cards on one page: a card takes some 2 kB, and a page opens in a second.
MOST_SHOWN = 2_000
#: Who is shown first where there is no room for all.
_FIRST = (State.DESIGNATED, State.UNDETERMINED, State.MOOT, State.NOT_MET, State.EXCLUDED)


def country_map(result: RunResult, lang: Lang, /, disk: KeptOnDisk = NOTHING_KEPT) -> str:
    """Return the page; what there is no room for is said on it.

    Parameters
    ----------
    result : RunResult
        Of several prefectures (`spots.country.put_together`).
    lang : Lang
        Language of the page.
    disk : KeptOnDisk
        As of `spots.map.render_map`: scenarios draw the same outlines.
    """
    shown: set[str] = set()
    left: dict[State, int] = {}
    for state in _FIRST:
        mine = [v.facility.id for v in result.verdicts if v.state is state]
        if len(shown) + len(mine) <= MOST_SHOWN or state is State.DESIGNATED:
            shown.update(mine)
        else:
            left[state] = len(mine)
    if not left:
        return render_map(result, lang, disk)
    told = (*result.settings.caveats, left_off_map(left))
    verdicts = tuple(v for v in result.verdicts if v.facility.id in shown)
    settings = replace(result.settings, caveats=told)
    return render_map(replace(result, verdicts=verdicts, settings=settings), lang, disk)
