"""Who is told when kernels are compiled: once after an installation, while somebody waits.

Stands apart: `networks.kernel` imports numba, and this must cost nothing where no kernel runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from groundfloor.problems import Text

_Told = Callable[[Text], None]
_TOLD: ContextVar[list[_Told]] = ContextVar("told", default=[])  # noqa: B039 (never changed)

_ONCE = Text(
    "計算プログラムを準備しています（インストール後の初回だけ、十秒ほどかかります）",
    "compiling (the first time after an installation only; some ten seconds)",
)
_EVERY_TIME = Text(
    "計算プログラムを準備しています（保存できるフォルダがないため、毎回十秒ほどかかります。"
    "書き込めるフォルダを環境変数 NUMBA_CACHE_DIR に指定すると、初回だけになります）",
    "compiling (some ten seconds every time, since no folder to keep it in can be written; name "
    "one that can be in NUMBA_CACHE_DIR, and it is the first time only)",
)


@contextmanager
def compiling_told(progress: _Told | None) -> Iterator[None]:
    """Tell `progress` once if anything is compiled within the block."""
    mark = _TOLD.set([] if progress is None else [progress])
    try:
        yield
    finally:
        _TOLD.reset(mark)


def tell_compiling(*, kept: bool) -> None:
    """Tell whoever asked for it, once, that kernels are being compiled.

    Parameters
    ----------
    kept : bool
        Whether they are kept for the next process.
    """
    asked = _TOLD.get()
    if asked:
        _TOLD.set([])
        asked[0](_ONCE if kept else _EVERY_TIME)
