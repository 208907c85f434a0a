"""The commands of ``spots``, one file each: parse, call one function, render, set the exit code.

Results go to stdout, logs and progress to stderr. Exit codes: 0 done; 1 unusable data; 2 wrong
usage; 3 done, but some facilities are undetermined. Heavy libraries are imported inside the
commands, so that ``--help`` answers at once.

A new command is a file here with a ``click.Command`` named `command`, and its name in `COMMANDS`.
"""

from __future__ import annotations

import atexit
import codecs
import gc
import io
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any

import click

from groundfloor.problems import Lang, Text, warning
from spots.commands.reporting import end_without_stream

COMMANDS = (
    "demo",
    "fetch",
    "init",
    "run",
    "batch",
    "scenarios",
    "check",
    "indices",
    "area_targets",
    "network",
    "explain",
    "locate",
    "diff",
    "plan",
    "programme",
    "service",
    "map",
    "report",
    "export",
)


class TolerantGroup(click.Group):
    """A group whose output survives a stream that lacks a character.

    A pipe on Windows is CP932 or CP1252, where ``km²`` or all of Japanese does not exist; a plain
    sign in its place, or a question mark, is better than a traceback.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line with lenient standard streams; the polite kill is a Ctrl-C."""
        _start_and_end_quickly()
        codecs.register_error(_PLAIN, _plain_signs)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=_PLAIN)
        _clean_up_when_ended()
        _warn_of_encoding()
        try:
            return super().main(*args, **kwargs)
        except OSError as fault:  # of --help; commands tell of their own
            end_without_stream(fault, Lang.JA)


_PLAIN = "spots.plain"
_SIGNS = {"²": "2", "−": "-", "–": "-", "—": "-", "…": "...", "→": "->", "“": '"', "”": '"'}


def _start_and_end_quickly() -> None:
    """Spare the process what libraries do at its start and end, and no command needs.

    OpenBLAS starts a thread for each processor as numpy is imported (a twentieth of a second of
    the processor's time); our algebra is a few small matrices, and one thread always adds in one
    order. As the interpreter ends, it walks all that the libraries hold to find circles in it,
    which takes a sixth of a second after numba; the system takes it all back at once.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    atexit.register(gc.freeze)


def _plain_signs(fault: UnicodeError) -> tuple[str, int]:
    """Return what stands for the characters that an encoding lacks."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    lacking = fault.object[fault.start : fault.end]
    return "".join(_SIGNS.get(character, "?") for character in lacking), fault.end


def _warn_of_encoding() -> None:
    """Say what to do where the system's language has no Japanese names (``LC_ALL=C`` of old)."""
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8":
        found = warning(
            "system-encoding",
            Text(
                "この環境の文字コードでは、日本語のファイル名や医療機関名を指定できません",
                "file names and names of facilities in Japanese cannot be given in this encoding",
            ),
            Text("環境変数 PYTHONUTF8=1 を設定してください", "set the variable PYTHONUTF8=1"),
            value=encoding,
        )
        click.echo(found.render(Lang.EN), err=True)  # nor could Japanese be shown


def _clean_up_when_ended() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does, so that nothing half-made is left behind."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@click.group(cls=TolerantGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shortage-spots")
def main() -> None:
    """Draw 医師少数スポット from facility lists, boundaries, roads and a policy, with evidence."""


for _name in COMMANDS:
    main.add_command(import_module(f"spots.commands.{_name}").command)
