"""``spots export``: the layers of a finished run in another format, or in a database."""

from __future__ import annotations

from pathlib import Path

import click

from groundfloor.problems import Lang, one_of
from spots.commands.options import FOLDER, database_options, force_option, json_option, lang_option
from spots.commands.reporting import dump, report_problems, reporting
from spots.commands.targets import beside


@click.command("export")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--format",
    "kind",
    metavar="[shapefile|flatgeobuf|geopackage|geojson]",
    help="Format of the files; shp, fgb, gpkg and json will do.",
)
@click.option("--out", type=FOLDER, help="Folder to write [default: DIR_FORMAT beside DIR].")
@database_options
@force_option
@lang_option
@json_option
def command(
    folder: Path,
    kind: str | None,
    out: Path | None,
    to: str | None,
    schema: str,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Write the layers of a finished run in another format, or to a PostGIS database."""
    from spots.export import Format, refuse_existing_export
    from spots.export import exported as texts
    from spots.export.postgis import check_target, target_of
    from spots.library.result import read_result

    with reporting(lang) as chosen:
        if (kind is None and to is None) or (kind is None and out is not None):
            raise texts.nothing_asked(out_only=out is not None)
        target = target_of(to, schema) if to is not None else None
        form = one_of(Format, Format.called(kind), "--format") if kind else None
        place = out or beside(folder, str(form))
        if form:
            refuse_existing_export(place, force=force)
        result = read_result(folder, lang=lang)
        page: dict[str, object] = {}
        if form:
            if target:
                check_target(target)  # before the files are written
            written = result.export(place, form, force=force)
            report_problems(written.problems, chosen)
            page["files"] = texts.exported_json(place, form, written, chosen)
            _say(texts.exported_text(place, written), silent=as_json)
        if target:
            loaded = result.to_postgis(str(to), schema=schema, if_exists="append")
            page["database"] = texts.loaded_json(loaded)
            _say(texts.loaded_text(loaded, chosen), silent=as_json)
        if as_json:
            dump(page)


def _say(text: str, *, silent: bool) -> None:
    if not silent:
        click.echo(text)
