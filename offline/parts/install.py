"""Installs what lies in this folder into a virtual environment beside it, without a network.

Runs in any Python 3, so that a wrong one is told instead of failing on its first line. It says
everything in Japanese, for it runs in offices of prefectures.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BITS = 64
MAX_PATH = 259  # of Windows, unless long paths are allowed


def main():
    """Install, or say why not; return the exit code."""
    with open(os.path.join(HERE, "made_for.json"), encoding="ascii") as stream:
        made_for = json.load(stream)
    problem = _wrong_python(made_for) or _long_path(made_for) or _damaged()
    if problem:
        print(problem)
        return 1
    venv = os.path.join(HERE, "venv")
    print("1/2 仮想環境を作っています（1分ほどかかります）", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", venv]):
        print(
            "仮想環境を作れません。このフォルダに書き込めるか、開いている窓がないか確かめてください。"
        )
        return 1
    python = os.path.join(venv, "Scripts" if os.name == "nt" else "bin", "python")
    print("2/2 部品を入れています（数分かかります）", flush=True)
    if subprocess.call(
        [
            *(python, "-m", "pip", "--isolated", "--disable-pip-version-check", "install"),
            *(
                "--quiet",
                "--no-index",
                "--no-deps",
                "--require-hashes",
                "--no-warn-script-location",
            ),
            *("--find-links", os.path.join(HERE, "wheels")),
            *("--requirement", os.path.join(HERE, "requirements.txt")),
        ]
    ):
        print("インストールできません。上の表示を情報システム担当にお見せください。")
        return 1
    if subprocess.call([python, "-m", "cli", "--version"], cwd=HERE):
        print(
            "インストールしましたが、起動できません。上の表示を情報システム担当にお見せください。"
        )
        return 1
    print("終わりました。run.bat に設定ファイル（run.toml）かデータのフォルダを重ねてください。")
    return 0


def _wrong_python(made_for):
    bits = 8 * struct.calcsize("P")
    found = "{}.{}".format(*sys.version_info[:2])
    if found == made_for["python"] and bits == BITS:
        return ""
    return (
        "この zip は Python {}（64ビット版）用です。見つかったのは {}（{}ビット版）です。".format(
            made_for["python"], found, bits
        )
    )


def _long_path(made_for):
    room = MAX_PATH - made_for["longest_path"] - 1
    if os.name != "nt" or len(HERE) <= room:
        return ""
    return (
        "フォルダの場所が深すぎます（{}文字）。"
        "{}文字以内の場所、例えば C:\\spots に移してください。".format(len(HERE), room)
    )


def _damaged():
    """Compare every file with the list, so that a copy that broke off is told."""
    wrong = []
    with open(os.path.join(HERE, "SHA256SUMS.txt"), encoding="ascii") as listed:
        for line in listed:
            total, _, name = line.strip().partition("  ")
            try:
                with open(os.path.join(HERE, *name.split("/")), "rb") as stream:
                    found = hashlib.sha256(stream.read()).hexdigest()
            except OSError:
                found = ""
            if found != total:
                wrong.append(name)
    if not wrong:
        return ""
    return "次のファイルがないか壊れています。zip を展開し直してください。\n  " + "\n  ".join(wrong)


if __name__ == "__main__":
    sys.exit(main())
