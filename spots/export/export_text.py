"""What an export did, in words and as JSON."""

from __future__ import annotations

from pathlib import Path

from groundfloor.problems import Lang, Text, UsageError, error
from spots.export.exported import Exported, Format, Loaded


def exported_text(out: Path, done: Exported) -> str:
    """Return the files of an export, a line each."""
    return "\n".join(f"{out / file.name}  {file.size:,} B" for file in done.files)


def exported_json(out: Path, kind: Format, done: Exported, lang: Lang) -> dict[str, object]:
    """Return an export of files as JSON-able data."""
    return {
        "format": kind.value,
        "out": str(out),
        "files": [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in done.files],
        "problems": [p.as_json(lang) for p in done.problems],
    }


def loaded_text(done: Loaded, lang: Lang) -> str:
    """Return what a database got, a line for each layer."""
    state = (
        Text("同じ実行を置き換えました", "the same run was replaced")
        if done.replaced
        else Text("追加しました", "added")
    )
    head = Text(
        f"{done.database} のスキーマ {done.schema}: 実行 {done.run_id} を書き込みました"
        f"（{state.ja}）",
        f"{done.database}, schema {done.schema}: run {done.run_id} written ({state.en})",
    )
    rows = Text("行", "rows").render(lang)
    lines = [f"  {done.schema}.{name}  {count:,} {rows}" for name, count in done.rows]
    return "\n".join([head.render(lang), *lines])


def loaded_json(done: Loaded) -> dict[str, object]:
    """Return what a database got as JSON-able data."""
    return {
        "database": done.database,
        "schema": done.schema,
        "run_id": done.run_id,
        "replaced": done.replaced,
        "rows": dict(done.rows),
    }


def nothing_asked(*, out_only: bool) -> UsageError:
    """Return the error of a command that names no format and no database."""
    return UsageError(
        error(
            "export-nothing-asked",
            Text("書き出す形式がありません", "there is no format to write")
            if out_only
            else Text("書き出し先がありません", "there is nowhere to write to"),
            Text(
                "--format（shapefile、flatgeobuf、geopackage、geojson）か --to postgresql://… を"
                "指定してください",
                "give --format (shapefile, flatgeobuf, geopackage, geojson) or --to postgresql://…",
            ),
        )
    )


def folder_stands(folder: Path) -> Text:
    """Return that a run's folder is complete, though the database did not take it."""
    return Text(
        f"出力フォルダ {folder} は書き出し済みです。spots export {folder} --to … で"
        "データベースへの書き込みだけをやり直せます",
        f"the output folder {folder} is complete; spots export {folder} --to … tries the database "
        "again",
    )
