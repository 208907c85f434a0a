"""What run.bat does: runs a run file, starts from a folder, or asks; shows the map at the end.

What was dropped is only ever handed to our own program as the name of a file, never to a shell.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: The verdicts are written; of some the data leave it open, or a map could not be made.
_WRITTEN = {0, 3, 4}
_TABLES = {".csv", ".tsv", ".xlsx", ".xlsm", ".txt"}
#: How our program says that it was asked for in a wrong way.
_WRONG_USAGE = 2
_ASKED = """設定ファイル（run.toml）かデータのフォルダを、この窓に重ねて Enter を押してください。
まず試すなら「見本」と入れて Enter、やめるなら何も入れずに Enter を押してください。
> """
_REPLACE = (
    "「出力先がすでにあります」と出たときは、y を入れると置き換えて実行します（ほかは Enter）> "
)


def main() -> int:
    """Do what was asked for; return the exit code."""
    given = dropped(os.environ.get("SPOTS_STARTED", "")) or list(
        words(os.environ.get("SPOTS_ARGUMENTS", ""))
    )
    if not given:
        given = list(words(_ask(_ASKED)))
    codes = [_do(each) for each in given]
    return max(codes, default=0)


def dropped(command_line: str) -> list[str]:
    r"""Return what was dropped on run.bat, from the command line that Explorer made.

    Explorer quotes what has blanks and nothing else, so the shell cuts a name at its ``&``. The
    line itself has it all: ``cmd.exe /c ""C:\x\run.bat" C:\a&b.toml "C:\c d.toml""``.

    Examples
    --------
    >>> dropped('C:\\W\\cmd.exe /c ""C:\\x y\\run.bat" C:\\a&b.toml "C:\\c (1).toml""')
    ['C:\\a&b.toml', 'C:\\c (1).toml']
    >>> dropped('"C:\\W\\cmd.exe" ')  # typed into a window that was open
    []
    """
    found = re.search(r'\s/c\s+"(".*?\.bat"|\S+?\.bat)(.*)"\s*$', command_line, re.IGNORECASE)
    return list(words(found[2])) if found else []


def words(line: str) -> Iterator[str]:
    r"""Yield the words of a line; blanks inside quotes belong to them.

    Examples
    --------
    >>> list(words('"C:\\a b\\大分 (1).toml"  D:\\x&y'))
    ['C:\\a b\\大分 (1).toml', 'D:\\x&y']
    """
    for quoted, plain in re.findall(r'"([^"]*)"|([^\s"]+)', line):
        if quoted or plain:
            yield quoted or plain


def steps(given: str) -> tuple[str, ...] | None:
    """Return the command for what was given; None where nothing can be done with it."""
    path = Path(given)
    if given in {"見本", "demo"}:
        return ("demo", "--out", str(HERE / "見本"), "--force")
    if path.is_dir():
        return ("init", "--data", str(path), "--out", str(path))
    if path.suffix.lower() == ".toml" or path.name == "run.json":
        return ("run", str(path))
    if path.suffix.lower() in _TABLES and path.is_file():
        return ("check", str(path))
    return None


def _do(given: str) -> int:
    asked = steps(given)
    print(f"\n== {given}", flush=True)
    if asked is None:
        print("設定ファイル（.toml）、データのフォルダ、名簿（.csv・.xlsx）のどれでもありません。")
        return _WRONG_USAGE
    code = _spots(*asked)
    if (
        asked[0] == "init" and code == _WRONG_USAGE
    ):  # which prefecture cannot be seen from the files
        prefecture = _ask("都道府県（例：大分）> ").strip()
        code = _spots("init", prefecture, *asked[1:]) if prefecture else code
    if (
        asked[0] == "run"
        and code == _WRONG_USAGE
        and _ask(_REPLACE).strip().lower() in {"y", "はい"}
    ):
        code = _spots(*asked, "--force")
    if asked[0] in {"run", "demo"} and code in _WRITTEN:
        _show_map(asked)
    return code


def _spots(*arguments: str) -> int:
    # From this folder: on a share Windows puts a .bat into its own.
    return subprocess.call([sys.executable, "-m", "cli", *arguments], cwd=HERE)


def _show_map(asked: tuple[str, ...]) -> None:
    """Open the newest map beside what was run."""
    folder = Path(asked[2]) if asked[0] == "demo" else Path(asked[1]).resolve().parent
    maps = [*folder.glob("map.html"), *folder.glob("*/map.html")]
    if maps and hasattr(os, "startfile"):
        newest = max(maps, key=lambda each: each.stat().st_mtime)
        print(f"地図：{newest}")
        os.startfile(newest)  # a page that this program has just written


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
