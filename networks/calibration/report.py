"""What a calibration found, as a table, as CSV and as JSON.

Stands apart: a calibration is asked for by programs too, which need no table of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict

from groundfloor.problems import Lang, Text, clean, clean_lines
from networks.calibration.outcome import Calibration, ClassFactor, Errors, FactorState
from networks.info.labels import road_label
from networks.speeds.profile_files import profile_to_toml

_MANY = 20  # trips that a terminal lists
_CSV_HEADER = (
    Text("行", "row"),
    Text("出発", "from"),
    Text("到着", "to"),
    Text("観測（分）", "observed_min"),
    Text("調整前（分）", "before_min"),
    Text("調整後（分）", "after_min"),
    Text("検証（分）", "left_out_min"),
    Text("残差 調整前（分）", "residual_before_min"),
    Text("残差 調整後（分）", "residual_after_min"),
    Text("残差 調整後（%）", "residual_after_percent"),
    Text("経路（km）", "route_km"),
    Text("重み", "weight"),
    Text("外れ値", "outlier"),
)


_KEPT = {
    FactorState.THIN: Text("観測が少ないため変更なし", "too few trips: kept"),
    FactorState.UNIDENTIFIED: Text(
        "識別できないため変更なし", "not identifiable by these trips: kept"
    ),
}
_SHARED = {
    False: Text("共通の係数", "one factor for"),
    True: Text(
        "一つずつは識別できないため共通の係数", "not identifiable one by one, one factor for"
    ),
}


def calibration_toml(found: Calibration) -> str:
    """Return the new profile as TOML, with what it rests on above it."""
    data = found.observed
    days = "" if data.days is None else f"\nTrips of {data.days[0]} to {data.days[1]}."
    sources = f"\nSaid to come from: {'; '.join(data.sources)}." if data.sources else ""
    heading = (
        f"Speeds of {found.base.label} calibrated to observed trips.\n"
        f"Data: {data.file}, SHA-256 {data.sha256}, {len(found.trips)} trips used of "
        f"{len(data.trips)}.{days}{sources}\n"
        f"Roads: {found.network_source}, SHA-256 {found.network_sha256}.\n"
        f"Root mean square error {found.before.rmse_min:.2f} min before, "
        f"{found.after.rmse_min:.2f} after, {found.held_out.rmse_min:.2f} on trips left out;\n"
        f"median error {found.before.median_min:.2f}, {found.after.median_min:.2f}, "
        f"{found.held_out.median_min:.2f} min."
    )
    return profile_to_toml(found.profile, heading=clean_lines(heading))


def calibration_text(found: Calibration, lang: Lang = Lang.JA) -> str:
    """Return the result as text for a terminal."""

    def word(ja: str, en: str) -> str:
        return Text(ja, en).render(lang)

    file, used, trips = clean(found.observed.file), len(found.trips), len(found.observed.trips)
    lines = [
        word("速度表: ", "profile: ") + f"{found.base.label} → {found.profile.label}",
        word("観測: ", "observed: ")
        + word(f"{file}（{trips} 件中 {used} 件を使用）", f"{file} ({used} of {trips} trips)"),
        "",
        word("道路種別ごとの係数", "factors by class of road"),
        *(_factor(row, lang) for row in found.classes),
    ]
    lines += ["", word("観測との差（計算 − 観測）", "modelled minus observed")]
    for label, errors in (
        (word("調整前", "before"), found.before),
        (word("調整後", "after"), found.after),
        (word("検証（同じ区間の観測を除いて調整）", "on trips left out"), found.held_out),
    ):
        lines.append(f"  {label}: {_errors(errors, lang)}")
    return "\n".join([*lines, *_outliers(found, lang)])


def _factor(row: ClassFactor, lang: Lang) -> str:
    change = f"{row.before_kmh:g} → {row.after_kmh:g} km/h (x {row.factor:.3f}"
    if row.low is None or row.high is None:
        change = f"{row.before_kmh:g} km/h ({_KEPT[row.state].render(lang)})"
    else:
        change += f", 95 %: {row.low:.2f}–{row.high:.2f})"
    if len(row.fitted_with) > 1:
        shared = _SHARED[row.state is FactorState.ALIKE].render(lang)
        change += f" ({shared}: {', '.join(row.fitted_with)})"
    used = Text(f"{row.trips} 件, {row.km:,.1f} km", f"{row.trips} trips, {row.km:,.1f} km")
    capped = Text(
        f"（うち規制速度・幅員で決まる {row.capped_km:,.1f} km）",
        f" ({row.capped_km:,.1f} km of them by limits and widths)",
    )
    tail = capped.render(lang) if row.capped_km > 0 else ""
    return f"  {row.name} [{road_label(row.name, lang)}]: {change}; {used.render(lang)}{tail}"


def _errors(errors: Errors, lang: Lang) -> str:
    words = [
        Text("中央値", "median"),
        Text("90%点", "90th"),
        Text("偏り", "bias"),
        Text("RMSE", "RMSE"),
    ]
    figures = (
        (errors.median_min, errors.median_percent),
        (errors.p90_min, errors.p90_percent),
        (errors.bias_min, errors.bias_percent),
        (errors.rmse_min, errors.rmse_percent),
    )
    unit = Text("分", "min").render(lang)
    return ", ".join(
        f"{text.render(lang)} {minutes:.2f} {unit} ({percent:.1f} %)"
        for text, (minutes, percent) in zip(words, figures, strict=True)
    )


def _outliers(found: Calibration, lang: Lang) -> list[str]:
    odd = [trip for trip in found.trips if trip.outlier]
    if not odd:
        return []
    title = Text(
        f"ほかと大きく外れた観測 {len(odd)} 件（確かめてください）",
        f"trips that fit much worse than the others: {len(odd)} (check them)",
    )
    unit = Text("分", "min").render(lang)
    row = Text("{}行目", "row {}").render(lang)
    lines = ["", title.render(lang)]
    for fitted in odd[:_MANY]:
        trip = fitted.trip
        ends = (
            clean(f" {trip.from_name} → {trip.to_name}") if trip.from_name or trip.to_name else ""
        )
        lines.append(
            f"  {row.format(trip.row)}{ends}: {trip.minutes:.1f} {unit}, "
            + Text("計算 ", "modelled ").render(lang)
            + f"{fitted.after_min:.1f} {unit}"
        )
    return lines


def calibration_csv(
    found: Calibration, lang: Lang = Lang.JA, *, safe: Callable[[str], str] = str
) -> str:
    """Return one line per trip, for a spreadsheet (with the mark that Excel needs for UTF-8).

    Parameters
    ----------
    found : Calibration
        The result.
    lang : Lang
        Of the header.
    safe : callable
        Applied to texts out of the observed file, so that a spreadsheet runs none of them.
    """
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow([text.render(lang) for text in _CSV_HEADER])
    for fitted in found.trips:
        trip = fitted.trip
        after = fitted.after_min - trip.minutes
        cells: Sequence[object] = (
            trip.row,
            safe(trip.from_name),
            safe(trip.to_name),
            f"{trip.minutes:.2f}",
            f"{fitted.before_min:.2f}",
            f"{fitted.after_min:.2f}",
            f"{fitted.held_out_min:.2f}",
            f"{fitted.before_min - trip.minutes:.2f}",
            f"{after:.2f}",
            f"{after / trip.minutes * 100.0:.1f}",
            f"{fitted.km:.2f}",
            f"{trip.weight:g}",
            int(fitted.outlier),
        )
        writer.writerow(cells)
    return "\ufeff" + page.getvalue()


def calibration_json(found: Calibration, lang: Lang = Lang.JA) -> dict[str, object]:
    """Return the result as JSON-able data."""
    data = found.observed
    return {
        "base_profile": found.base.label,
        "profile": found.profile.label,
        "observed": {
            "file": data.file,
            "sha256": data.sha256,
            "trips": len(data.trips),
            "used": len(found.trips),
            "days": data.days,
            "sources": data.sources,
        },
        "network": {"source": found.network_source, "sha256": found.network_sha256},
        "classes": [asdict(row) for row in found.classes],
        "before": asdict(found.before),
        "after": asdict(found.after),
        "left_out": asdict(found.held_out),
        "rounds": found.rounds,
        "trips": [
            {
                "row": t.trip.row,
                "from": t.trip.from_name,
                "to": t.trip.to_name,
                "observed_min": t.trip.minutes,
                "before_min": round(t.before_min, 4),
                "after_min": round(t.after_min, 4),
                "left_out_min": round(t.held_out_min, 4),
                "route_km": round(t.km, 3),
                "weight": t.trip.weight,
                "outlier": t.outlier,
            }
            for t in found.trips
        ],
        "problems": [problem.as_json(lang) for problem in found.problems],
    }
