"""What is said where travel times are asked for and the run file has no roads.

The message says where roads of the prefecture are had, how time is estimated without them, and how
the other criteria are judged alone.

Stands apart: what a run file lacks elsewhere is a key; here it is a file that has to be fetched.
"""

from __future__ import annotations

from collections.abc import Iterator

from boundaries.codes import PREFECTURES, ROMAN_NAMES
from groundfloor.problems import Problem, Text, error
from groundfloor.toml import TomlDocument, key_name
from spots.job.run_file_shape import RunFile
from spots.judging.policy import Policy
from spots.telling.wording import names


def roads_fit(policy: Policy, settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield that roads are missing, and criteria that are said not to be measured but could be."""
    yield from _not_measured(policy, settings, document)
    if settings.network is not None:
        return
    out = {*settings.run.not_given, *settings.run.not_measured}
    asked = [n for n, c in policy.criteria if c.needs_roads and n not in out]
    if asked or policy.selects_by_road:
        in_python = document.file.startswith("<")
        yield error(
            "network-missing",
            Text(
                "所要時間を求める道路網がありません",
                "has no roads for the travel times that the policy asks for",
            ),
            _where_roads_are(policy.policy.prefecture, asked, in_python=in_python),
            file=document.file,
            column="network",
        )


def _where_roads_are(prefecture: str, asked: list[int], *, in_python: bool) -> Text:
    """Return every way on: roads, an estimate, or the other criteria alone."""
    from spots.public_data.catalogue import downloads_for  # noqa: PLC0415 (only where roads lack)

    roads = [d for d in downloads_for(prefecture) if d.dataset.key == "osm"]
    files = names(d.file_name for d in roads)
    publisher, page = roads[0].dataset.publisher, roads[0].dataset.page
    home = Text(PREFECTURES[prefecture], ROMAN_NAMES[prefecture])
    fetched = Text(
        f"（1）道路網：{home.ja}には OpenStreetMap の地域抽出 {files.ja}（{publisher.ja}、{page}）"
        f"が使えます。spots fetch {prefecture} --only osm で取得できます",
        f"(1) roads: for {home.en} the OpenStreetMap extract {files.en} ({publisher.en}, {page}), "
        f"which spots fetch {prefecture} --only osm gets",
    )
    give = (
        Text("Roads.read(…) を渡します", "give Roads.read(…)")
        if in_python
        else Text("[network] の file に書きます", "name it as file under [network]")
    )
    estimate = (
        "Roads.straight(detour_factor=1.3, speed_kmh=40)"
        if in_python
        else '[network] kind = "straight" detour_factor = 1.3 speed_kmh = 40'
    )
    listed = ", ".join(map(str, asked))
    key = f"not_measured=[{listed}]" if in_python else f"[run] not_measured = [{listed}]"
    alone = (
        Text(
            f"。（3）{key} とすると、所要時間の要件は測らず（一覧の施設は判定不能）、"
            "ほかの要件だけで判定します",
            f". (3) {key} judges by the other criteria alone; who is on the list stays open",
        )
        if asked
        else Text("", "")
    )
    return Text(
        f"次のいずれかを選んでください。{fetched.ja}。{give.ja}。（2）最初の目安：{estimate} で"
        f"直線距離による概算（倍率と時速は根拠のある値に）{alone.ja}",
        f"choose one. {fetched.en}; {give.en}. (2) for a first look, {estimate} estimates by "
        f"straight lines (with numbers of your own){alone.en}",
    )


def _not_measured(policy: Policy, settings: RunFile, document: TomlDocument) -> Iterator[Problem]:
    """Yield numbers that are no criterion of travel time, or that roads could measure."""
    timed = [n for n, c in policy.criteria if c.needs_roads]
    known = ", ".join(map(str, timed)) or "-"
    where = ("run", "not_measured")
    place = {
        "file": document.file,
        "row": document.line_of(where),
        "column": key_name(where),
    }
    for number in settings.run.not_measured:
        if number not in timed:
            yield error(
                "not-measured-unknown",
                Text("所要時間の要件の番号ではありません", "is no criterion of travel time"),
                Text(f"{known} のいずれかにしてください", f"use one of: {known}"),
                **place,
                value=str(number),
            )
        elif settings.network is not None:
            yield error(
                "measured-after-all",
                Text(
                    "[network] があるのに、所要時間を測らないと書かれています",
                    "says that times are not measured, but there is [network]",
                ),
                Text(
                    "not_measured か [network] のどちらかを消してください",
                    "take out not_measured, or [network]",
                ),
                **place,
                value=str(number),
            )
