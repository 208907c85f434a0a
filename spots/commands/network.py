"""``spots network``: build, fetch, look at and calibrate road networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from groundfloor.disk import write_whole
from groundfloor.problems import Lang, Text
from spots.commands.options import FILE, Metres, force_option, json_option, lang_option
from spots.commands.reporting import dump, reporting, stages, tell, tell_grouped
from spots.commands.targets import refuse_file

if TYPE_CHECKING:
    from networks import Calibration, RoadNetwork


@click.group("network")
def command() -> None:
    """Build, fetch and look at road networks."""


@command.command("build")
@click.argument("sources", type=FILE, nargs=-1, required=True, metavar="SOURCE...")
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
    sources: tuple[Path, ...],
    out: Path,
    nodes: Path | None,
    profile: str,
    kind: str,
    lang: Lang | None,
    *,
    force: bool,
) -> None:
    """Build a network from OSM (PBF, XML), GraphML, N13 or a link table.

    Several PBF extracts become one network, for a prefecture whose neighbours lie in another
    region: kansai-latest.osm.pbf chubu-latest.osm.pbf.
    """
    from networks import load_network, load_profile, save_network
    from networks.kernel import start_without_scipy

    with reporting(lang) as chosen:
        refuse_file(out, *sources, nodes, Path(profile), force=force)
        progress = stages(chosen)
        progress(Text("道路網を作っています", "building the network"))
        speeds = load_profile(profile)
        start_without_scipy()
        built = load_network(
            sources[0],
            beside=sources[1:],
            kind=kind,
            profile=speeds,
            nodes=nodes,
            progress=progress,
        )
        progress(Text("書き出しています", "writing"))
        save_network(built, out, force=force)
        _print_network(built, chosen)


@command.command("fetch")
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
        refuse_file(out, force=force)
        stages(chosen)(Text("OpenStreetMap から取得しています", "fetching from OpenStreetMap"))
        built = fetch_overpass(
            place,
            load_profile(profile),
            overpass_url=overpass_url,
            nominatim_url=nominatim_url,
        )
        save_network(built, out, force=force)
        _print_network(built, chosen)


@command.command("info")
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
    from networks.info.network_report import network_report, network_report_json
    from networks.storage.cache import default_folder

    with reporting(lang) as chosen:
        # A saved network brings its own speeds; a source needs some to become a network.
        saved = file.name.lower().endswith(".spotsnet")
        speeds = None if saved and not profile else load_profile(profile or "everyday")
        loaded = load_cached(
            file,
            folder=default_folder(),
            tell=lambda problem: tell([problem], chosen),
            profile=speeds,
            nodes=nodes,
            progress=stages(chosen),
        )
        if as_json:
            dump(network_report_json(network_report(loaded), chosen))
        else:
            _print_network(loaded, chosen)


@command.command("cache")
@click.option("--clear", is_flag=True, help="Remove what is kept.")
@lang_option
@json_option
def network_cache(lang: Lang | None, *, clear: bool, as_json: bool) -> None:
    """List networks and results of steps kept from earlier runs, or remove them."""
    from groundfloor.kept_on_disk import clear_kept, kept_files, store_folder
    from networks.storage import cache
    from networks.storage.cache import cache_json, cache_text

    with reporting(lang) as chosen:
        folder = cache.default_folder()
        store = store_folder(folder)
        kept = clear_kept(store) if clear else kept_files(store)
        found = cache.clear(folder) if clear else map(cache.described, cache.entries(folder))
        if as_json:
            dump(cache_json(folder, tuple(found), kept, cleared=clear))
        else:
            click.echo(cache_text(folder, tuple(found), kept, chosen, cleared=clear))


@command.command("calibrate")
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
    from networks.calibration.report import calibration_json, calibration_text
    from networks.calibration.trips import read_trips
    from networks.types import TravelOptions

    with reporting(lang) as chosen:
        inputs = (file, observed, Path(profile) if profile else None)
        refuse_file(out, *inputs, force=force)
        if report:
            refuse_file(report, *inputs, out, force=force)
        trips = read_trips(observed)
        roads = _roads_at(file, profile, chosen)
        stages(chosen)(Text("速度を調整しています", "fitting the speeds"))
        options = TravelOptions(tolls=tolls, ferries=ferries)
        found = calibrate(roads, trips, options=options, limit_m=snap_limit, name=name)
        tell_grouped((*trips.problems, *found.problems), chosen)
        _write_calibration(found, out, report, chosen, force=force)
        if as_json:
            dump(calibration_json(found, chosen))
        else:
            click.echo(calibration_text(found, chosen))


def _write_calibration(
    found: Calibration, out: Path, report: Path | None, lang: Lang, *, force: bool
) -> None:
    from networks.calibration.report import calibration_csv, calibration_toml
    from spots.outputs.spreadsheet import marked

    write_whole(out, calibration_toml(found), force=force)
    if report:
        write_whole(report, calibration_csv(found, lang, safe=marked), force=force)


def _roads_at(file: Path, profile: str | None, lang: Lang) -> RoadNetwork:
    """Return a network at the speeds of a profile; by default a saved one's own, else everyday."""
    from networks import load_cached, load_profile
    from networks.retiming import retimed
    from networks.storage.cache import default_folder

    stages(lang)(Text("道路網を開いています", "opening the network"))
    saved = file.name.lower().endswith(".spotsnet")
    roads = load_cached(
        file,
        folder=default_folder(),
        tell=lambda problem: tell([problem], lang),
        profile=None if saved else load_profile(profile or "everyday"),
        progress=stages(lang),
    )
    if saved and profile:
        roads = retimed(roads, load_profile(profile))
        tell_grouped(roads.problems, lang)
    return roads


def _print_network(loaded: RoadNetwork, lang: Lang) -> None:
    from networks.info.network_report import network_report, network_report_text

    click.echo(network_report_text(network_report(loaded), lang))
