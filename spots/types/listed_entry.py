"""What a list says of a place or an institution beside where it is: why, and who dealt with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """What a list says of a place or an institution that somebody asked for by name.

    Parameters
    ----------
    name, municipality : str
        As written.
    code : str
        Code of the place, or id of the institution; may be empty.
    reason, service : str
        設定理由, and the service that physicians are secured for; as written, may be empty.
    councils : tuple of date
        Days of the councils that dealt with it.
    page : str
        Page of the plan.
    on_application : bool or None
        Whether its municipality applied for it; None where the list does not say.
    file : str
        The list.
    row : int or None
        Its row there.
    """

    name: str
    municipality: str = ""
    code: str = ""
    reason: str = ""
    service: str = ""
    councils: tuple[date, ...] = ()
    page: str = ""
    on_application: bool | None = None
    file: str = ""
    row: int | None = None
