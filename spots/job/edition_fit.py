"""Inputs of a run that say of themselves that they are of different editions.

Stands apart: what two editions do to codes and names is found where tables are joined; here is
what the run file states, which nothing in the tables need show (three villages of 沖縄 moved with
every code and name the same).
"""

from __future__ import annotations

from collections.abc import Iterator

from groundfloor.folding import nfkc
from groundfloor.problems import Problem, Text, note
from spots.job.run_file_shape import RunFile
from spots.judging.selecting.ground_facts import TableKey

#: A key of the run file, and the edition that it states.
_Stated = tuple[str, str]


def mixed_editions(settings: RunFile, file: str) -> Iterator[Problem]:
    """Yield a note for inputs about one kind of ground that state different editions.

    Parameters
    ----------
    settings : RunFile
        The run file; inputs without an edition are left out.
    file : str
        Its name.
    """
    kinds = (
        (Text("二次医療圏", "medical areas"), _of_areas(settings)),
        (Text("市区町村", "municipalities"), _of_municipalities(settings)),
    )
    for what, stated in kinds:
        told = [(key, edition) for key, edition in stated if edition]
        if len({nfkc(edition).casefold() for _, edition in told}) > 1:
            yield _mixed(what, told, file)


def _of_areas(settings: RunFile) -> Iterator[_Stated]:
    areas, index = settings.medical_areas, settings.physician_index
    if areas is not None:
        yield "medical_areas", areas.edition
    if index is not None:
        yield "physician_index", index.edition
    yield from _of_tables(settings, TableKey.MEDICAL_AREA)


def _of_municipalities(settings: RunFile) -> Iterator[_Stated]:
    yield "municipalities", settings.municipalities.edition
    yield from _of_tables(settings, TableKey.MUNICIPALITY)
    for n, layer in enumerate(settings.units):
        yield f"units[{n}]", layer.edition
    for n, entries in enumerate(settings.entries):
        yield f"entries[{n}]", entries.edition


def _of_tables(settings: RunFile, key: TableKey) -> Iterator[_Stated]:
    for n, table in enumerate(settings.tables):
        if table.key is key:
            yield f"tables[{n}]", table.edition


def _mixed(what: Text, told: list[_Stated], file: str) -> Problem:
    return note(
        "editions-mixed",
        Text(
            f"{what.ja}に関する入力の版が異なります",
            f"inputs about {what.en} are of different editions",
        ),
        Text(
            "区割りの変わった所がないか確かめ、できれば同じ版のファイルにそろえてください",
            "check that nothing was redrawn between them, or use files of one edition",
        ),
        file=file,
        value="、".join(f"{key}: {edition}" for key, edition in told),
    )
