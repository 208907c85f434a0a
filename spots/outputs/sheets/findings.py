"""What was wrong or doubtful in the inputs, by file, row and column."""

from __future__ import annotations

from groundfloor.problems import Lang, Severity, Text
from spots.outputs.sheets.model import Form, SheetColumn, SheetContent
from spots.types import RunResult

_SEVERITY = {
    Severity.ERROR: Text("エラー", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.NOTE: Text("確認", "note"),
}


def findings(result: RunResult, lang: Lang) -> SheetContent | None:
    """Return the sheet of findings; None where there is none.

    Parameters
    ----------
    result : RunResult
        The run.
    lang : Lang
        Its language.
    """
    if not result.problems:
        return None
    headings = (
        (Text("番号", "No."), 5, Form.INDEX),
        (Text("重要度", "Severity"), 9, Form.WORD),
        (Text("ファイル", "File"), 28, Form.TEXT),
        (Text("行", "Row"), 7, Form.NUMBER),
        (Text("列", "Column"), 16, Form.TEXT),
        (Text("値", "Value"), 24, Form.TEXT),
        (Text("内容", "Finding"), 46, Form.TEXT),
        (Text("対応", "What to do"), 36, Form.TEXT),
        (Text("コード", "Code"), 20, Form.TEXT),
    )
    return SheetContent(
        tab=Text("確認事項", "Findings").render(lang),
        title=Text("入力データの確認事項", "Findings about the inputs").render(lang),
        notes=(),
        columns=tuple(SheetColumn(t.render(lang), w, f) for t, w, f in headings),
        rows=tuple(
            (
                number,
                _SEVERITY[p.severity].render(lang),
                p.file,
                p.row,
                p.column,
                p.value,
                p.message.render(lang),
                p.remedy.render(lang),
                p.code,
            )
            for number, p in enumerate(result.problems, 1)
        ),
        filtered=True,
    )
