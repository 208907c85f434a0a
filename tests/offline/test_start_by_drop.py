"""What run.bat hands over: names as Explorer gives them, and what is done with each."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline.parts import start

CMD = r"C:\WINDOWS\system32\cmd.exe"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (rf'{CMD} /c ""C:\spots\run.bat" "', []),
        (rf'{CMD} /c ""C:\spots\run.bat" D:\a.toml"', [r"D:\a.toml"]),
        (rf'{CMD} /C ""C:\a b\run.bat" "D:\c d.toml" D:\e.toml"', [r"D:\c d.toml", r"D:\e.toml"]),
        (rf'{CMD} /c ""C:\s\run.bat" D:\a&calc.toml"', [r"D:\a&calc.toml"]),
        (rf'{CMD} /c ""C:\s\run.bat" D:\%x%^(1)!.toml"', [r"D:\%x%^(1)!.toml"]),
        (rf'{CMD} /c ""C:\s\run.bat" "D:\大分 髙﨑𠮷.toml""', [r"D:\大分 髙﨑𠮷.toml"]),
        (rf'{CMD} /c ""\\server\共有\run.bat" \\server\x\y.toml"', [r"\\server\x\y.toml"]),
        (rf'"{CMD}" ', []),  # typed into a window that was open
        (rf'"{CMD}" /k cd C:\x', []),
        ("", []),
    ],
)
def test_what_was_dropped_is_read_whole(line: str, names: list[str]):
    assert start.dropped(line) == names


@pytest.fixture
def job(tmp_path: Path) -> Path:
    for name in ("run.toml", "大分 (1) & ^.TOML", "run.json", "list.csv", "x.exe", "名簿.XLSX"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "公開データ").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("run.toml", "run"),
        ("大分 (1) & ^.TOML", "run"),
        ("run.json", "run"),
        ("list.csv", "check"),
        ("名簿.XLSX", "check"),
        ("公開データ", "init"),
        ("x.exe", None),
        ("nothing.csv", None),
    ],
)
def test_a_file_is_known_by_its_name_and_never_started(job: Path, name: str, command: str | None):
    found = start.steps(str(job / name))
    assert (found[0] if found else None) == command
    assert found is None or str(job / name) in found


class Calls:
    """Stands for the program: keeps what it was asked, answers with codes."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.asked = list(codes), []

    def __call__(self, command: list[str], cwd: Path) -> int:
        assert command[1:3] == ["-m", "cli"]
        assert cwd == start.HERE
        self.asked.append(command[3:])
        return self.codes.pop(0)


def done(
    monkeypatch: pytest.MonkeyPatch, calls: Calls, *, arguments: str = "", answers: str = ""
) -> int:
    monkeypatch.setenv("SPOTS_STARTED", "")
    monkeypatch.setenv("SPOTS_ARGUMENTS", arguments)
    monkeypatch.setattr(start.subprocess, "call", calls)
    said = iter(answers.split("|"))
    monkeypatch.setattr("builtins.input", lambda _question: next(said))
    return start.main()


def test_several_files_are_done_one_after_the_other(job: Path, monkeypatch: pytest.MonkeyPatch):
    calls = Calls(0, 3)
    code = done(monkeypatch, calls, arguments=f'"{job / "run.toml"}" {job / "list.csv"}')
    assert calls.asked == [["run", str(job / "run.toml")], ["check", str(job / "list.csv")]]
    assert code == 3


def test_a_double_click_asks(monkeypatch: pytest.MonkeyPatch, job: Path):
    calls = Calls(0)
    assert done(monkeypatch, calls, answers=f'"{job / "run.toml"}"') == 0
    assert calls.asked == [["run", str(job / "run.toml")]]
    assert done(monkeypatch, Calls(), answers="") == 0  # nothing, and nothing is done
    calls = Calls(0)
    done(monkeypatch, calls, answers="見本")
    assert calls.asked[0][0] == "demo"


def test_an_older_result_is_replaced_only_when_somebody_says_so(
    monkeypatch: pytest.MonkeyPatch, job: Path
):
    path = str(job / "run.toml")
    refused = Calls(2)
    assert done(monkeypatch, refused, arguments=f'"{path}"', answers="") == 2
    assert len(refused.asked) == 1
    replaced = Calls(2, 0)
    assert done(monkeypatch, replaced, arguments=f'"{path}"', answers="y") == 0
    assert replaced.asked[1] == ["run", path, "--force"]


def test_a_folder_that_does_not_say_of_where_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, job: Path
):
    calls = Calls(2, 0)
    folder = str(job / "公開データ")
    assert done(monkeypatch, calls, arguments=f'"{folder}"', answers="大分") == 0
    assert calls.asked[1][:4] == ["init", "大分", "--data", folder]


def test_the_map_is_shown_after_a_run(monkeypatch: pytest.MonkeyPatch, job: Path):
    (job / "result").mkdir()
    (job / "result" / "map.html").write_text("")
    shown: list[Path] = []
    monkeypatch.setattr(start.os, "startfile", shown.append, raising=False)
    done(monkeypatch, Calls(3), arguments=f'"{job / "run.toml"}"')
    assert shown == [job / "result" / "map.html"]
    done(monkeypatch, Calls(1), arguments=f'"{job / "run.toml"}"')
    assert len(shown) == 1  # nothing was written


def test_what_is_nothing_of_ours_is_said(monkeypatch: pytest.MonkeyPatch, job: Path, capsys):
    assert done(monkeypatch, Calls(), arguments=f'"{job / "x.exe"}"') == 2
    assert "どれでもありません" in capsys.readouterr().out
