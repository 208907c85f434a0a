"""``report.pdf`` made in a process of its own, beside the other files of a run.

The child reads the run from its evidence on disk, so that it costs neither a copy of this process
nor the time in which the other files are made. What it cannot make is a finding, whatever ended
it: an error, a lack of memory, somebody's ``kill``. When this process ends, however it does, its
end of the child's standard input is closed, and the child ends too.

Stands apart: the report knows no processes, and who writes the folder no report.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from groundfloor.codec import decode, encode
from groundfloor.decorations import attempted, left_out, tells_of_no_memory
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Problem, Text, one_line
from spots.report.typesetting import interpreter
from spots.telling.wording import same
from spots.types import RunResult

#: What the making of a report comes to: its bytes, or why there are none.
Made = tuple[bytes | None, tuple[Problem, ...]]

_NAME = "report.pdf"
_ROOT = Path(__file__).parents[2]  # where our own packages are, whatever found them for us
_FAILED = 3  # exit code of a child that tells why
# The child is told where modules lie before it imports any; it has its own "site", but not what
# this process put on its path.
_CHILD = """
import json, sys
asked = json.loads(sys.stdin.buffer.readline())
sys.path[:] = asked.pop("path")
from spots.report.apart import serve
serve(asked)
"""


@contextmanager
def report_beside(
    evidence: Path, result: RunResult, lang: Lang, disk: KeptOnDisk = NOTHING_KEPT
) -> Iterator[Callable[[], Made]]:
    """Begin to make a report; give who waits for it.

    Where the block ends otherwise, by an error or Ctrl-C, nothing of the child is left.

    Parameters
    ----------
    evidence : Path
        The run on disk, as ``evidence.json`` holds it.
    result : RunResult
        The same run, for where no process can be started: inside a program that is no Python.
    lang : Lang
        Language of the report.
    disk : KeptOnDisk
        As for `spots.map.drawn_outlines.drawn_outlines`.
    """
    python = interpreter()
    if python is None:
        yield partial(_in_this_process, result, lang)
        return
    try:
        child = _started(python, evidence, lang, disk)
    except OSError as fault:
        found = _not_started(fault)
        yield lambda: (None, (found,))
        return
    lifeline, child.stdin = child.stdin, None  # or `communicate` would close it
    try:
        yield partial(_waited_for, child)
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
        if lifeline is not None:
            with suppress(OSError):
                lifeline.close()


def _in_this_process(result: RunResult, lang: Lang) -> Made:
    from spots.report import render_report  # noqa: PLC0415 - maps and pages are made for it alone

    return attempted(same(_NAME), lambda: render_report(result, lang))


def _started(
    python: str, evidence: Path, lang: Lang, disk: KeptOnDisk = NOTHING_KEPT
) -> subprocess.Popen[bytes]:
    """Start a child that makes a report of `evidence`."""
    asked = {
        "path": [str(_ROOT), *filter(None, sys.path)],
        "evidence": str(evidence.absolute()),
        "lang": lang.value,
        "kept": disk.folder and str(disk.folder.absolute()),
    }
    child = subprocess.Popen(  # noqa: S603 (our own interpreter and script)
        [python, "-P", "-X", "utf8", "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if child.stdin is not None:
        with suppress(OSError):  # it is dead already, which is found out where it is waited for
            child.stdin.write(json.dumps(asked).encode("ascii") + b"\n")
            child.stdin.flush()
    return child


def _waited_for(child: subprocess.Popen[bytes]) -> Made:
    """Return what a child made; why it made nothing, whatever ended it."""
    out, said = child.communicate()
    if child.returncode == 0:
        return out, ()
    if child.returncode == _FAILED:
        return None, (decode(json.loads(out), Problem),)
    return None, (_ended(child.returncode, said),)


def _not_started(fault: OSError) -> Problem:
    why = Text(
        "報告書を作るプロセスを始められません", "the process that makes it cannot be started"
    )
    return left_out(same(_NAME), why, _LATER, one_line(str(fault)))


def _ended(code: int, said: bytes) -> Problem:
    """Return how a child ended that told nothing by itself."""
    lines = said.decode("utf-8", "replace").strip().splitlines()
    last = one_line(lines[-1]) if lines else ""
    why = Text(
        "報告書を作るプロセスが途中で終わりました",
        "the process that makes it ended before it was done",
    )
    if -code == getattr(signal, "SIGKILL", None) or tells_of_no_memory(last):
        why = Text(
            "報告書を作るプロセスが止められました。メモリ不足が考えられます",
            "the process that makes it was stopped, perhaps for want of memory",
        )
    return left_out(same(_NAME), why, _LATER, " ".join(filter(None, (f"[{code}]", last))))


_LATER = Text(
    "spots report に結果のフォルダを指定すると、あとから作れます",
    "spots report makes it of the result's folder, later",
)


# --- in the child


def serve(asked: dict[str, Any]) -> None:
    """Make the report that is asked for, hand it over on the standard output, and end.

    Parameters
    ----------
    asked : dict
        ``evidence``, ``lang`` and ``kept``, as `report_beside` sends them.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # one report, and the end: nothing of it is worth walking again and again
    content, problems = attempted(same(_NAME), partial(_report, asked))
    told = json.dumps(encode(problems[0])).encode("ascii") if problems else content or b""
    sys.stdout.buffer.write(told)
    sys.stdout.buffer.flush()
    os._exit(_FAILED if problems else 0)  # without the tidying up that the system does at once


def _end_with_parent() -> None:
    """Wait for the end of the standard input, which comes when nobody is left to wait for us."""
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 1):
            pass
    os._exit(1)


def _report(asked: dict[str, Any]) -> bytes:
    from spots.report.document import document_of  # noqa: PLC0415 - within what is attempted
    from spots.report.typesetting import typeset  # noqa: PLC0415 - likewise

    page = json.loads(Path(asked["evidence"]).read_bytes())
    disk = KeptOnDisk(Path(asked["kept"])) if asked["kept"] else NOTHING_KEPT
    document = document_of(decode(page["result"], RunResult), Lang(asked["lang"]), disk=disk)
    del page
    return typeset(document, here=True)
