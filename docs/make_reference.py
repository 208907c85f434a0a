"""Write the pages of this folder that follow from the code.

    python docs/make_reference.py             # write them
    python docs/make_reference.py --check     # fail where one is not what the code says

Each page is a function that returns its text. Problem codes are read from the source, columns from
their declarations.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from column_tables import columns_page  # noqa: E402 - after the path is set
from problem_codes import ROOMS, Told, Words, read_problems  # noqa: E402
from run_file_pages import RUN_FILE_PAGES  # noqa: E402
from scenario_file_pages import SCENARIO_FILE_PAGES  # noqa: E402

_SEVERITIES = {
    "error": "エラー error",
    "warning": "警告 warning",
    "note": "確認 note",
}
_HEAD = """# 問題コード / Problem codes

Made from the code by `python docs/make_reference.py`: do not edit by hand.

メッセージの末尾にある `[code]` ごとに、日本語と英語の文面を、`→` の後に対処を示します。
`…` は場合ごとに変わる部分です。

Every message ends in its `[code]`. Here are the words of each in Japanese and English, and what to
do after the arrow; `…` stands for what differs from case to case. An error stops the work, a
warning is used and should be looked at, a note is worth knowing. `--json` gives the same codes.
"""
_ROOM_TITLES = {
    "groundfloor": "ファイル・設定・出力 / Files, settings, outputs",
    "boundaries": "境界・指標・人口 / Boundaries, indices, population",
    "networks": "道路と所要時間 / Roads and minutes",
    "spots": "医療機関・設定基準・実行・結果 / Facilities, policies, runs, results",
    "cli": "コマンド / Commands",
}


def problems_page() -> str:
    """Return the page of all problem codes."""
    by_room: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
    told, _ = read_problems(ROOT)
    for code, ways in _grouped(told).items():
        order = [*ROOMS, *_ROOM_TITLES]
        room = min((way.module.split(".")[0] for way in ways), key=order.index)
        by_room[room][code] = ways
    lines = [_HEAD.rstrip()]
    for room, title in _ROOM_TITLES.items():
        if by_room[room]:
            lines += ["", f"## {title}"]
            for code in sorted(by_room[room]):
                lines += _entry(code, by_room[room][code])
    return "\n".join(lines) + "\n"


def _grouped(told: Iterable[Told]) -> Mapping[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for way in told:
        found[way.code].append(way)
    return found


def _entry(code: str, ways: Iterable[Told]) -> Iterator[str]:
    """Yield the lines of a code: its severities, then each way of telling it."""
    ways = list(ways)
    severities = dict.fromkeys(s for way in ways for s in way.severities)
    yield from ("", f"### `{code}`", "", " / ".join(_SEVERITIES[s] for s in severities), "")
    for said, mended in dict.fromkeys((way.messages, way.remedies) for way in ways):
        for side in ("ja", "en"):
            yield f"- {_line(said, mended, side)}"


def _line(said: Iterable[Words], mended: Iterable[Words], side: str) -> str:
    slash = " ／ " if side == "ja" else " / "
    message, remedy = (
        slash.join(dict.fromkeys(text for w in words if (text := _plain(getattr(w, side)))))
        for words in (said, mended)
    )
    return f"{message} → {remedy}" if remedy else message


def _plain(text: str) -> str:
    """Return words so that Markdown leaves them alone."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return re.sub("…+", "…", " ".join(text.split()))


#: Every generated page by its file name.
PAGES: Mapping[str, Callable[[], str]] = {
    "columns.md": columns_page,
    "problems.md": problems_page,
    **RUN_FILE_PAGES,
    **SCENARIO_FILE_PAGES,
}


def stale_pages() -> list[str]:
    """Return the pages that are not what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    """Write the pages, or check them."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="only tell which are old")
    if options.parse_args().check:
        stale = stale_pages()
        for name in stale:
            print(f"docs/{name} is not what the code says: python docs/make_reference.py")
        return 1 if stale else 0
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
