"""Command line of the project: parse, call one function, render, set the exit code.

Results go to stdout, logs and progress to stderr. Exit codes: 0 done; 1 unusable data; 2 wrong
usage; 3 done, but some facilities are undetermined. Heavy libraries are imported inside the
commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import codecs
import io
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from groundfloor.disk import already_there, write_whole
from groundfloor.problems import (
    Lang,
    MissingFileError,
    OutputExistsError,
    Problem,
    Severity,
    SpotsError,
    Text,
    UsageError,
    error,
    file_missing,
    folder_missing,
)

if TYPE_CHECKING:
    from groundfloor.disk import WrittenFile
    from networks import RoadNetwork
    from spots.export.postgis.database import Loaded, Target
    from spots.outputs import Writer
    from spots.types import RunResult

UNUSABLE_DATA, WRONG_USAGE, UNDETERMINED = 1, 2, 3
SHOWN = 5  # problems of one kind, where a list may have thousands

F = TypeVar("F", bound=Callable[..., Any])
# Whether a path is a file or a folder is left to the readers and writers, who say it in the user's
# language.
FOLDER = FILE = click.Path(path_type=Path)


class Metres(click.FloatRange):
    """A number within bounds; ``nan`` is in none, though no comparison with it says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail as for one that is out of range."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number of metres.", param, ctx)
        return number


def lang_option(command: F) -> F:
    """Add ``--lang``; Japanese where neither it nor a run file says otherwise."""
    return click.option(
        "--lang",
        type=click.Choice([lang.value for lang in Lang]),
        callback=lambda _ctx, _param, value: value and Lang(value),
        help="Language of messages, tables and maps [default: ja, or as the run file says].",
    )(command)


def json_option(command: F) -> F:
    """Add ``--json``."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the result as JSON for machines."
    )(command)


def force_option(command: F) -> F:
    """Add ``--force``."""
    return click.option("--force", is_flag=True, help="Replace an output that is already there.")(
        command
    )


def database_options(command: F) -> F:
    """Add ``--to`` and ``--schema``."""
    to = click.option(
        "--to",
        metavar="URL",
        help="PostGIS database to write the layers to: postgresql://user@host/database "
        "(password in PGPASSWORD or ~/.pgpass).",
    )
    schema = click.option(
        "--schema", default="spots", show_default=True, help="Schema of that database."
    )
    return to(schema(command))


@contextmanager
def reporting(lang: Lang | None) -> Iterator[Lang]:
    """Give the language, and turn the project's errors into messages and an exit code."""
    chosen = lang or Lang.JA
    try:
        yield chosen
    except SpotsError as fault:
        click.echo(fault.render(chosen), err=True)
        wrong_usage = isinstance(fault, UsageError | FileExistsError)
        sys.exit(WRONG_USAGE if wrong_usage else UNUSABLE_DATA)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:  # click would say "Aborted!"
        click.echo(Text("\n中断しました", "\nstopped").render(chosen), err=True)
        sys.exit(UNUSABLE_DATA)
    except OSError as fault:  # an input that Excel holds open, or that the user may not read
        if fault.filename is None:
            raise
        problem = file_missing(fault, file=Path(str(fault.filename)).name)
        click.echo(problem.render(chosen), err=True)
        sys.exit(UNUSABLE_DATA)


def stages(lang: Lang) -> Callable[[Text], None]:
    """Return a progress reporter: lines on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        return lambda _stage: None
    return lambda stage: click.echo(f"… {stage.render(lang)}", err=True)


def report_problems(problems: Sequence[Problem], lang: Lang) -> None:
    """Print warnings to stderr, and how many notes there are beside them."""
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            click.echo(problem.render(lang), err=True)
    notes = sum(p.severity is Severity.NOTE for p in problems)
    if notes:
        text = Text(
            f"確認事項 {notes} 件(統合など)は run.json に記録しました",
            f"merges and other notes are in run.json: {notes}",
        )
        click.echo(text.render(lang), err=True)


def dump(value: object) -> None:
    """Print JSON to stdout, escaped where the stream cannot hold every character (CP932)."""
    whole = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name == "utf-8"
    click.echo(json.dumps(value, ensure_ascii=not whole, indent=2))


class TolerantGroup(click.Group):
    """A group whose output survives a stream that lacks a character.

    A pipe on Windows is CP932 or CP1252, where ``km²`` or all of Japanese does not exist; a
    question mark in its place is better than a traceback.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line with lenient standard streams."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*args, **kwargs)


@click.group(cls=TolerantGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shortage-spots")
def main() -> None:
    """Draw 医師少数スポット from facility lists, boundaries, roads and a policy, with evidence."""


@main.command()
@click.option(
    "--out", type=FOLDER, default=Path("spots-demo"), show_default=True, help="Output folder."
)
@force_option
@lang_option
@json_option
def demo(out: Path, lang: Lang | None, *, force: bool, as_json: bool) -> None:
    """Run the embedded Kumamoto sample, end to end, without a network."""
    from spots.sample import sample_run_file

    with reporting(lang), sample_run_file() as path:
        _run(path, (), out, lang, force=force, as_json=as_json)


@main.command()
@click.argument("run_file", type=FILE, metavar="RUN.toml")
@click.option(
    "--facilities",
    multiple=True,
    metavar="[LAYER=]FILE",
    help="A new list in the place of a layer of the run file (by name, mark or list name).",
)
@click.option("--out", type=FOLDER, help="Output folder [default: as the run file says].")
@force_option
@lang_option
@database_options
@json_option
def run(
    run_file: Path,
    facilities: tuple[str, ...],
    out: Path | None,
    lang: Lang | None,
    to: str | None,
    schema: str,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Do the main job that RUN.toml describes."""
    with reporting(lang):
        base = (to, schema) if to is not None else None
        _run(run_file, facilities, out, lang, force=force, as_json=as_json, base=base)


def _run(
    path: Path,
    facilities: Sequence[str],
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
    base: tuple[str, str] | None = None,
) -> NoReturn:
    """Run a job, write its folder, print the summary, and exit."""
    from networks.kernel import start_without_scipy
    from spots.export.export_text import loaded_json, loaded_text
    from spots.job.execution import execute
    from spots.job.run_file import read_run_file
    from spots.outputs import refuse_existing, summary_json, summary_table, write_folder

    job = read_run_file(path, facilities)
    chosen = lang or job.settings.run.lang
    target = out or job.output
    refuse_existing(target, force=force)
    database = _open_database(base)
    progress = stages(chosen)
    start_without_scipy()
    result = execute(job, progress)
    progress(Text("書き出しています", "writing"))
    written = write_folder(
        result, target, lang=chosen, force=force, created=datetime.now(UTC).replace(microsecond=0)
    )
    report_problems(result.problems, chosen)
    loaded = _load(result, target, database, chosen) if database else None
    if as_json:
        extra = {"database": loaded_json(loaded)} if loaded else {}
        dump({**summary_json(result, written, chosen), **extra})
    else:
        click.echo(summary_table(result, chosen))
        click.echo()
        for file in written:
            click.echo(f"{target / file.name}  {file.size:,} B")
        if loaded:
            click.echo(loaded_text(loaded, chosen))
    sys.exit(exit_code(result))


def _open_database(base: tuple[str, str] | None) -> Target | None:
    """Return the database of `--to`, after a look whether it answers."""
    if base is None:
        return None
    from spots.export.postgis import check_target, target_of

    target = target_of(*base)
    check_target(target)
    return target


def _load(result: RunResult, folder: Path, target: Target, lang: Lang) -> Loaded:
    """Write a finished run to a database; say that its folder stands where that fails."""
    from spots.export import read_record
    from spots.export.export_text import folder_stands
    from spots.export.postgis import load_layers

    stages(lang)(Text("データベースに書き込んでいます", "writing to the database"))
    try:
        return load_layers(result, read_record(folder), target, lang=lang)
    except SpotsError:
        click.echo(folder_stands(folder).render(lang), err=True)
        raise


def exit_code(result: RunResult) -> int:
    """Return 3 when a facility is undetermined, else 0."""
    from spots.types import State

    return UNDETERMINED if any(v.state is State.UNDETERMINED for v in result.verdicts) else 0


@main.command()
@click.argument("run_files", type=FILE, nargs=-1, required=True, metavar="RUN.toml...")
@click.option("--lists", type=FOLDER, help="Run the one RUN.toml with each list of this folder.")
@click.option("--layer", help="The layer that each list takes the place of.")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("batch"),
    show_default=True,
    help="Folder of output folders, one for each job.",
)
@force_option
@lang_option
@json_option
def batch(
    run_files: tuple[Path, ...],
    lists: Path | None,
    layer: str | None,
    out: Path,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Run many jobs, or one job with many lists; one that fails harms no other."""
    from spots.job import batch as batching
    from spots.job.batch_outcomes import batch_json, batch_table

    with reporting(lang) as chosen:
        items = batching.plan(run_files, lists=lists, layer=layer)
        outcomes = batching.run_batch(items, out, lang=chosen, force=force, progress=stages(chosen))
        if as_json:
            dump(batch_json(outcomes, chosen))
        else:
            click.echo(batch_table(outcomes, chosen))
        if any(o.failed for o in outcomes):
            sys.exit(UNUSABLE_DATA)
        sys.exit(UNDETERMINED if any(o.undetermined for o in outcomes) else 0)


@main.command()
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--run", "run_file", type=FILE, help="Run file whose boundaries and aliases to use.")
@lang_option
@json_option
def check(
    files: tuple[Path, ...], run_file: Path | None, lang: Lang | None, *, as_json: bool
) -> None:
    """Say what is wrong or doubtful in facility lists, by row and column."""
    from spots.checking import check_files, check_json, check_text

    with reporting(lang) as chosen:
        report = check_files(files, run_file)
        if as_json:
            dump(check_json(report, chosen))
        else:
            click.echo(check_text(report, chosen))
        sys.exit(0 if report.usable else UNUSABLE_DATA)


@main.group()
def network() -> None:
    """Build, fetch and look at road networks."""


@network.command("build")
@click.argument("source", type=FILE)
@click.option("--out", type=FILE, required=True, help="File to write, e.g. kyushu.spotsnet.")
@click.option("--nodes", type=FILE, help="Nodes of a link table.")
@click.option("--profile", default="everyday", show_default=True, help="Speed profile.")
@click.option(
    "--kind",
    default="auto",
    type=click.Choice(["auto", "osm", "graphml", "links", "n13"]),
    help="Kind of source.",
)
@force_option
@lang_option
def network_build(
    source: Path,
    out: Path,
    nodes: Path | None,
    profile: str,
    kind: str,
    lang: Lang | None,
    *,
    force: bool,
) -> None:
    """Build a network from OSM (PBF, XML), GraphML, N13 or a link table."""
    from networks import load_network, load_profile, save_network
    from networks.kernel import start_without_scipy

    with reporting(lang) as chosen:
        _refuse_file(out, source, nodes, Path(profile), force=force)
        progress = stages(chosen)
        progress(Text("道路網を作っています", "building the network"))
        speeds = load_profile(profile)
        start_without_scipy()
        built = load_network(source, kind=kind, profile=speeds, nodes=nodes, progress=progress)
        progress(Text("書き出しています", "writing"))
        save_network(built, out)
        _print_network(built, chosen)


@network.command("fetch")
@click.argument("place")
@click.option("--out", type=FILE, required=True, help="File to write, e.g. takachiho.spotsnet.")
@click.option("--profile", default="everyday", show_default=True, help="Speed profile.")
@click.option("--overpass-url", help="Overpass API to ask.")
@click.option("--nominatim-url", help="Nominatim server to ask.")
@force_option
@lang_option
def network_fetch(
    place: str,
    out: Path,
    profile: str,
    overpass_url: str | None,
    nominatim_url: str | None,
    lang: Lang | None,
    *,
    force: bool,
) -> None:
    """Fetch the roads of PLACE from OpenStreetMap (Overpass) through osmnx."""
    from networks import fetch_overpass, load_profile, save_network

    with reporting(lang) as chosen:
        _refuse_file(out, force=force)
        stages(chosen)(Text("OpenStreetMap から取得しています", "fetching from OpenStreetMap"))
        built = fetch_overpass(
            place,
            load_profile(profile),
            overpass_url=overpass_url,
            nominatim_url=nominatim_url,
        )
        save_network(built, out)
        _print_network(built, chosen)


@network.command("info")
@click.argument("file", type=FILE)
@click.option("--nodes", type=FILE, help="Nodes of a link table.")
@click.option("--profile", help="Speed profile of a source [default: everyday].")
@lang_option
@json_option
def network_info(
    file: Path, nodes: Path | None, profile: str | None, lang: Lang | None, *, as_json: bool
) -> None:
    """Tell what a network is: roads, speeds, islands, ferries, and what was left out and why."""
    from networks import load_cached, load_profile
    from networks.info.network_info import network_report
    from networks.info.report_text import network_report_json
    from networks.storage.cache import default_folder

    with reporting(lang) as chosen:
        # A saved network brings its own speeds; a source needs some to become a network.
        saved = file.name.lower().endswith(".spotsnet")
        speeds = None if saved and not profile else load_profile(profile or "everyday")
        loaded = load_cached(
            file,
            folder=default_folder(),
            tell=lambda problem: _tell([problem], chosen),
            profile=speeds,
            nodes=nodes,
            progress=stages(chosen),
        )
        if as_json:
            dump(network_report_json(network_report(loaded), chosen))
        else:
            _print_network(loaded, chosen)


@network.command("cache")
@click.option("--clear", is_flag=True, help="Remove the networks that are kept.")
@lang_option
@json_option
def network_cache(lang: Lang | None, *, clear: bool, as_json: bool) -> None:
    """List the networks kept from earlier runs, or remove them."""
    from networks.info.report_text import cache_json, cache_text
    from networks.storage import cache

    with reporting(lang) as chosen:
        folder = cache.default_folder()
        found = cache.clear(folder) if clear else map(cache.described, cache.entries(folder))
        if as_json:
            dump(cache_json(folder, tuple(found), cleared=clear))
        else:
            click.echo(cache_text(folder, tuple(found), chosen, cleared=clear))


@network.command("calibrate")
@click.argument("file", type=FILE, metavar="NETWORK")
@click.argument("observed", type=FILE, metavar="OBSERVED")
@click.option("--out", type=FILE, required=True, help="Speed profile to write, e.g. ours.toml.")
@click.option("--report", type=FILE, help="CSV of all trips to write, before and after.")
@click.option(
    "--profile", help="Speed profile to begin with [default: a saved network's, else everyday]."
)
@click.option("--name", help="Name of the new profile [default: the old one's, -calibrated].")
@click.option("--tolls/--no-tolls", default=True, help="Whether the trips could use toll roads.")
@click.option("--ferries/--no-ferries", default=False, help="Whether they could use ferries.")
@click.option(
    "--snap-limit",
    type=Metres(min=0, min_open=True),
    default=500.0,
    show_default=True,
    help="How far the ends of a trip may lie from a road, metres.",
)
@force_option
@lang_option
@json_option
def network_calibrate(
    file: Path,
    observed: Path,
    out: Path,
    report: Path | None,
    profile: str | None,
    name: str | None,
    snap_limit: float,
    lang: Lang | None,
    *,
    tolls: bool,
    ferries: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Fit the speeds of NETWORK to observed trips (a CSV), into a new profile."""
    from networks.calibration.calibrate import calibrate
    from networks.calibration.report import (
        calibration_csv,
        calibration_json,
        calibration_text,
        calibration_toml,
    )
    from networks.calibration.trips import read_trips
    from networks.types import TravelOptions
    from spots.outputs.spreadsheet import marked

    with reporting(lang) as chosen:
        inputs = (file, observed, Path(profile) if profile else None)
        _refuse_file(out, *inputs, force=force)
        if report:
            _refuse_file(report, *inputs, out, force=force)
        trips = read_trips(observed)
        roads = _roads_at(file, profile, chosen)
        stages(chosen)(Text("速度を調整しています", "fitting the speeds"))
        options = TravelOptions(tolls=tolls, ferries=ferries)
        found = calibrate(roads, trips, options=options, limit_m=snap_limit, name=name)
        _tell((*trips.problems, *found.problems), chosen)
        write_whole(out, calibration_toml(found))
        if report:
            write_whole(report, calibration_csv(found, chosen, safe=marked))
        if as_json:
            dump(calibration_json(found, chosen))
        else:
            click.echo(calibration_text(found, chosen))


def _roads_at(file: Path, profile: str | None, lang: Lang) -> RoadNetwork:
    """Return a network at the speeds of a profile; by default a saved one's own, else everyday."""
    from networks import load_cached, load_profile
    from networks.speeds.retiming import retimed
    from networks.storage.cache import default_folder

    stages(lang)(Text("道路網を開いています", "opening the network"))
    saved = file.name.lower().endswith(".spotsnet")
    roads = load_cached(
        file,
        folder=default_folder(),
        tell=lambda problem: _tell([problem], lang),
        profile=None if saved else load_profile(profile or "everyday"),
        progress=stages(lang),
    )
    if saved and profile:
        roads = retimed(roads, load_profile(profile))
        _tell(roads.problems, lang)
    return roads


def _tell(problems: Sequence[Problem], lang: Lang) -> None:
    """Print problems to stderr, notes too: these commands keep no record to look them up in."""
    for problem in problems:
        click.echo(problem.render(lang), err=True)


def _refuse_file(path: Path, *sources: Path | None, force: bool) -> None:
    """Refuse a target before the work is done, not after; one of `sources` is never written to."""
    folder = path.absolute().parent
    if not folder.exists():
        raise MissingFileError(folder_missing(path))
    if not folder.is_dir():
        what = Text("フォルダではないため書き出せません", "not a folder to write to")
        remedy = Text("別の出力先を指定してください", "name another output")
        raise MissingFileError(error("output-not-writable", what, remedy, file=str(path.parent)))
    if any(source and path.resolve() == source.resolve() for source in sources):
        what = Text("出力先が入力と同じファイルです", "the output is one of the inputs")
        remedy = Text("別の出力先を指定してください", "name another output")
        raise OutputExistsError(error("output-is-input", what, remedy, file=str(path)))
    if path.exists() and not path.is_file():  # a folder; a device, which must not be replaced
        what = Text("出力先がファイルではありません", "the output is no file")
        remedy = Text("ファイル名を指定してください", "name a file")
        raise OutputExistsError(error("output-no-file", what, remedy, file=str(path)))
    if path.exists() and not force:
        raise already_there(path)


def _print_network(loaded: RoadNetwork, lang: Lang) -> None:
    from networks.info.network_info import network_report
    from networks.info.report_text import network_report_text

    click.echo(network_report_text(network_report(loaded), lang))


@main.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("facility")
@click.option(
    "--routes", type=FILE, metavar="GEOJSON", help="Also write the ways to the nearest hospitals."
)
@force_option
@lang_option
@json_option
def explain(
    folder: Path,
    facility: str,
    routes: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say why FACILITY is, or is not, a spot, and what would turn it.

    FACILITY is an id, a name, or part of a name, with its municipality where that is not enough.
    """
    from spots.explaining import explanation, explanation_json, explanation_text, ways_geojson
    from spots.outputs import load_result, own_files

    with reporting(lang) as chosen:
        found = explanation(load_result(folder), facility)
        if routes is not None:
            _refuse_file(routes, *own_files(folder), force=force)
            write_whole(routes, ways_geojson(found, chosen))
        if as_json:
            dump(explanation_json(found, chosen))
        else:
            click.echo(explanation_text(found, chosen))


@main.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.argument("file", type=FILE, metavar="LIST")
@click.option("--on", metavar="DAY", help="Day that spots must be valid on: 2026-04-01, R8.4.1.")
@click.option(
    "--tolerance",
    type=Metres(min=0, max=100_000),
    default=100.0,
    show_default=True,
    metavar="METRES",
    help="How far off the coordinates may be.",
)
@click.option(
    "--accuracy",
    type=click.Choice(["point", "town"]),
    default="point",
    show_default=True,
    help="Coordinates of the place itself, or of the centre of its 町丁目.",
)
@click.option(
    "--reach",
    type=Metres(min=0, max=1_000_000),
    default=0.0,
    show_default=True,
    metavar="METRES",
    help="List spots whose edge is this near too (in --json and --out).",
)
@click.option("--out", type=FILE, help="File to write: .csv (and ..._spots.csv), .xlsx, .geojson.")
@force_option
@lang_option
@json_option
def locate(
    folder: Path,
    file: Path,
    on: str | None,
    tolerance: float,
    accuracy: str,
    reach: float,
    out: Path | None,
    lang: Lang | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Say which institutions of LIST lie inside a spot or a 少数区域, and how far from the edge."""
    from groundfloor.dates import parse_date
    from spots.locating import (
        Standing,
        answer_files,
        locate_file,
        locate_json,
        locate_table,
        write_answers,
    )
    from spots.outputs import load_result, own_files
    from spots.types import Accuracy

    with reporting(lang) as chosen:
        day = parse_date(on, column="--on", whole=True) if on is not None else None
        for target in answer_files(out) if out else ():
            _refuse_file(target, file, *own_files(folder), force=force)
        found, problems = locate_file(
            load_result(folder),
            file,
            on=day,
            tolerance_m=tolerance,
            reach_m=reach,
            accuracy=Accuracy(accuracy),
            progress=stages(chosen),
        )
        _tell_some(problems, chosen)
        written = write_answers(found, out, lang=chosen, force=force) if out else ()
        if as_json:
            dump(locate_json(found, chosen))
        else:
            click.echo(locate_table(found, chosen))
        _name_files(written, out, as_json=as_json)
        open_rows = any(one.standing is Standing.UNDETERMINED for one in found.rows)
        sys.exit(UNDETERMINED if open_rows else 0)


def _tell_some(problems: Sequence[Problem], lang: Lang) -> None:
    """Print problems to stderr, of many of one kind the first few."""
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for code, found in by_code.items():
        _tell(found[:SHOWN], lang)
        if len(found) > SHOWN:
            rest = len(found) - SHOWN
            more = Text(f"  …ほか {rest} 件 [{code}]", f"  ... and {rest} more [{code}]")
            click.echo(more.render(lang), err=True)


def _name_files(written: Sequence[WrittenFile], out: Path | None, *, as_json: bool) -> None:
    """Name what was written: on stdout, or beside JSON on stderr."""
    for each in written:
        folder = out.parent if out is not None else Path()
        click.echo(f"{folder / each.name}  {each.size:,} B", err=as_json)


@main.command()
@click.argument("old", type=FOLDER, metavar="OLD_DIR")
@click.argument("new", type=FOLDER, metavar="NEW_DIR")
@click.option("--out", type=FOLDER, help="Folder to write: table, GeoJSON, map, all as a whole.")
@force_option
@lang_option
@json_option
def diff(
    old: Path, new: Path, out: Path | None, lang: Lang | None, *, force: bool, as_json: bool
) -> None:
    """Say which verdicts, areas and reasons changed between two runs, and why."""
    from spots.comparing import (
        compare_folders,
        comparison_json,
        comparison_table,
        refuse_comparison,
        write_comparison,
    )

    with reporting(lang) as chosen:
        if out is not None:
            refuse_comparison(out, force=force)
        stages(chosen)(Text("比べています", "comparing"))
        found, before, after = compare_folders(old, new)
        written: tuple[WrittenFile, ...] = ()
        if out is not None:
            written = write_comparison(found, before, after, out, lang=chosen, force=force)
        if as_json:
            dump(comparison_json(found, chosen))
        else:
            click.echo(comparison_table(found, chosen))
        _name_files(written, out / "diff.html" if out else None, as_json=as_json)


def _beside(folder: Path, ending: str) -> Path:
    """Return where a folder's further output goes by default; nothing is added to the folder."""
    named = folder if folder.name not in {"", ".."} else folder.resolve()
    return named.with_name(f"{named.name}_{ending}")


def _write_again(
    folder: Path,
    out: Path | None,
    lang: Lang | None,
    ending: str,
    writer: Writer,
    *,
    force: bool,
) -> None:
    """Write one file of a finished run again, beside the folder where nothing else is said."""
    from spots.outputs import load_result, own_files

    with reporting(lang) as chosen:
        result = load_result(folder)
        target = out or _beside(folder, ending.format(chosen))
        _refuse_file(target, *own_files(folder), force=force)
        write_whole(target, writer(result, chosen))
        click.echo(target)


@main.command("map")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--out", type=FILE, help="HTML file to write [default: DIR_map_LANG.html beside DIR]."
)
@force_option
@lang_option
def map_command(folder: Path, out: Path | None, lang: Lang | None, *, force: bool) -> None:
    """Draw the map of a finished run again, e.g. in English."""
    from spots.map import render_map

    _write_again(folder, out, lang, "map_{}.html", render_map, force=force)


@main.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--out", type=FILE, help="PDF file to write [default: DIR_report_LANG.pdf beside DIR]."
)
@force_option
@lang_option
def report(folder: Path, out: Path | None, lang: Lang | None, *, force: bool) -> None:
    """Make the report of a finished run again, e.g. in English."""
    from spots.report import render_report

    _write_again(folder, out, lang, "report_{}.pdf", render_report, force=force)


@main.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["shapefile", "flatgeobuf", "geopackage", "geojson"]),
    help="Format of the files.",
)
@click.option("--out", type=FOLDER, help="Folder to write [default: DIR_FORMAT beside DIR].")
@database_options
@force_option
@lang_option
@json_option
def export(
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
    from spots.export import Format, export_folder, read_run, refuse_existing_export
    from spots.export.export_text import (
        exported_json,
        exported_text,
        loaded_json,
        loaded_text,
        nothing_asked,
    )
    from spots.export.postgis import check_target, load_layers, target_of

    with reporting(lang) as chosen:
        if (kind is None and to is None) or (kind is None and out is not None):
            raise nothing_asked(out_only=out is not None)
        target = target_of(to, schema) if to is not None else None
        place = out or _beside(folder, str(kind))
        if kind:
            refuse_existing_export(place, force=force)
        result, record = read_run(folder)
        page: dict[str, object] = {}
        if kind:
            if target:
                check_target(target)  # before the files are written
            written = export_folder(
                result, record, place, Format(kind), lang=lang or record.lang, force=force
            )
            report_problems(written.problems, chosen)
            page["files"] = exported_json(place, Format(kind), written, chosen)
            if not as_json:
                click.echo(exported_text(place, written))
        if target:
            loaded = load_layers(result, record, target, lang=lang)
            page["database"] = loaded_json(loaded)
            if not as_json:
                click.echo(loaded_text(loaded, chosen))
        if as_json:
            dump(page)


if __name__ == "__main__":
    main()
