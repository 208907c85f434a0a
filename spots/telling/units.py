"""Numbers for people: times, margins, distances, areas, counts and days, in one format each.

A verdict compares integer milliseconds. What people read is minutes and seconds, cut off towards
minus infinity and never rounded: a time shown as 30分00秒 is at least 30 minutes, 29:59.999 is
29分59秒, and a time and its margin to a threshold of whole seconds always add up. Machine columns
have whole milliseconds beside minutes with two decimals, cut off the same way.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from groundfloor.problems import Text

MS_PER_MINUTE = 60_000
_MS_PER_DAY = 24 * 60 * MS_PER_MINUTE
_DECIMALS = 2
_MILLIMETRES = 3
# 10 ** -5 min is 0.6 ms: at five decimals no two whole milliseconds print alike.
_FINEST = 5
#: The sign of negative numbers in text; a hyphen would be read as a dash.
MINUS = "−"
#: What two decimals of an area cannot show is rounding, not a cut.
SMALLEST_KM2 = 0.005
_LONG_M = 10_000
_STEP = Decimal("0.001")
_DASHES = 2  # of an ISO date; 20240101 may be an edition
# Binary fractions: 1.2 is not 1.19999999999999996 to a reader. Factors of whole milliseconds that
# are no thousandths are further than this from one.
_NOISE = Decimal("1e-12")
_ERA_BEGAN = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
)


def ms_from_minutes(minutes: float) -> int:
    """Return whole milliseconds for `minutes` of a setting.

    Examples
    --------
    >>> ms_from_minutes(30)
    1800000
    """
    return round(minutes * MS_PER_MINUTE)


def duration(travel_ms: int) -> Text:
    """Return minutes and seconds, cut off to the second.

    Examples
    --------
    >>> duration(2_095_900)
    Text(ja='34分55秒', en='34 min 55 s')
    >>> duration(1_799_999).ja, duration(1_800_000).ja, duration(-1).ja
    ('29分59秒', '30分00秒', '−0分01秒')
    """
    seconds = travel_ms // 1000
    minutes, rest = divmod(abs(seconds), 60)
    sign = MINUS if seconds < 0 else ""
    return Text(f"{sign}{minutes}分{rest:02d}秒", f"{sign}{minutes} min {rest:02d} s")


def margin(margin_ms: int) -> Text:
    """Return a difference to a threshold with its sign, cut off to the second.

    Examples
    --------
    >>> margin(295_900), margin(-8_001).ja, margin(0).ja
    (Text(ja='+4分55秒', en='+4 min 55 s'), '−0分09秒', '+0分00秒')
    """
    shown = duration(margin_ms)
    return shown if margin_ms < 0 else Text(f"+{shown.ja}", f"+{shown.en}")


def threshold(limit_ms: int) -> Text:
    """Return a time that is set, not measured: without seconds where it has none, never cut off.

    Examples
    --------
    >>> threshold(1_800_000), threshold(1_830_000).en, threshold(1_800_500).ja
    (Text(ja='30分', en='30 min'), '30 min 30 s', '30分0.5秒')
    """
    minutes, rest = divmod(limit_ms, MS_PER_MINUTE)
    if not rest:
        return Text(f"{minutes}分", f"{minutes} min")
    seconds = f"{Decimal(rest).scaleb(-3).normalize():f}"
    return Text(f"{minutes}分{seconds}秒", f"{minutes} min {seconds} s")


def compared(limit_ms: int, *, at_least: bool) -> Text:
    """Return a threshold with its comparison.

    Examples
    --------
    >>> compared(1_800_000, at_least=True), compared(1_800_000, at_least=False).ja
    (Text(ja='30分以上', en='30 min or more'), '30分超')
    """
    limit = threshold(limit_ms)
    if at_least:
        return Text(f"{limit.ja}以上", f"{limit.en} or more")
    return Text(f"{limit.ja}超", f"more than {limit.en}")


def floor_minutes(ms: int, decimals: int = _DECIMALS) -> Decimal:
    """Return `ms` in minutes, rounded down to `decimals`: for machine columns, not for people.

    Examples
    --------
    >>> floor_minutes(1_799_999), floor_minutes(1_800_000), floor_minutes(-1)
    (Decimal('29.99'), Decimal('30.00'), Decimal('-0.01'))
    """
    return Decimal(ms * 10**decimals // MS_PER_MINUTE).scaleb(-decimals)


def shown_minutes(ms: int, threshold_ms: int | None = None) -> Decimal:
    """Return minutes for a machine column, on the same side of the threshold as `ms`.

    Two decimals, more only where a threshold that is not a multiple of 0.01 min needs them.

    Parameters
    ----------
    ms : int
        Milliseconds.
    threshold_ms : int or None
        The threshold it is compared with.

    Returns
    -------
    Decimal
        Minutes, rounded down.

    Examples
    --------
    >>> shown_minutes(1_798_200, 1_800_000)
    Decimal('29.97')
    >>> shown_minutes(1_800_000, 1_800_001)
    Decimal('30.00000')
    """
    decimals = _DECIMALS
    if threshold_ms is not None and ms < threshold_ms:
        while decimals < _FINEST and not (
            floor_minutes(ms, decimals) < floor_minutes(threshold_ms, decimals)
        ):
            decimals += 1
    return floor_minutes(ms, decimals)


def day_fraction(ms: int) -> float:
    """Return a time as spreadsheets count it: days, cut off to the second, so that it sorts.

    Examples
    --------
    >>> day_fraction(43_200_999), day_fraction(-1) < 0
    (0.5, True)
    """
    return ms // 1000 * 1000 / _MS_PER_DAY


def shown_factor(value: float, *, faster: bool) -> Decimal:
    """Return a factor on speeds with three decimals, rounded to the side where the verdict turns.

    Parameters
    ----------
    value : float
        Factor on all speeds.
    faster : bool
        Whether it takes faster speeds: then it is rounded up.

    Examples
    --------
    >>> shown_factor(1.0800001, faster=True), shown_factor(0.98765, faster=False)
    (Decimal('1.081'), Decimal('0.987'))
    >>> shown_factor(1.2, faster=True), shown_factor(1.2000000001, faster=True)
    (Decimal('1.200'), Decimal('1.201'))
    """
    plain = Decimal(value).quantize(_NOISE)
    return plain.quantize(_STEP, ROUND_CEILING if faster else ROUND_FLOOR)


def times(shown: Decimal, *, exact: bool = True) -> Text:
    """Return a factor in words.

    Examples
    --------
    >>> times(Decimal("1.081")), times(Decimal("0.987"), exact=False).ja
    (Text(ja='1.081倍', en='1.081 times'), 'およそ0.987倍')
    """
    about = Text("", "") if exact else Text("およそ", "about ")
    return Text(f"{about.ja}{shown}倍", f"{about.en}{shown} times")


def margin_digits(margin_ms: int) -> int:
    """Return a margin as spreadsheets show it: the digits of its minutes and seconds, signed.

    A spreadsheet shows no time below zero, so a margin is no time there: +4分55秒 is 455, and
    −0分09秒 is -9, which sorts and compares as the margin does. Sums of it mean nothing.

    Examples
    --------
    >>> margin_digits(295_900), margin_digits(-8_001), margin_digits(-300_000)
    (455, -9, -500)
    """
    minutes, rest = divmod(abs(margin_ms // 1000), 60)
    digits = minutes * 100 + rest
    return -digits if margin_ms < 0 else digits


def kilometres(length_m: float) -> str:
    """Return a length along roads or in a straight line.

    Examples
    --------
    >>> kilometres(19_812.5)
    '19.8 km'
    """
    return f"{length_m / 1000:,.1f} km"


def metres(length_m: float, limit_m: float | None = None) -> str:
    """Return a short distance, with as many decimals as show on which side of a limit it is.

    Examples
    --------
    >>> metres(1_234.4), metres(1_000.04, 1_000), metres(999.999, 1_000)
    ('1,234 m', '1,000.04 m', '999.999 m')
    """
    decimals = 0
    if limit_m is not None and length_m != limit_m:
        while decimals < _MILLIMETRES and round(length_m, decimals) == round(limit_m, decimals):
            decimals += 1
    return f"{length_m:,.{decimals}f} m"


def distance(length_m: float) -> str:
    """Return a distance that may be short or long: in metres below 10 km, in kilometres above.

    Examples
    --------
    >>> distance(35.2), distance(9_999.4), distance(9_999.5)
    ('35 m', '9,999 m', '10.0 km')
    """
    return metres(length_m) if round(length_m) < _LONG_M else kilometres(length_m)


def radius(radius_m: float) -> str:
    """Return the radius of a circle.

    Examples
    --------
    >>> radius(4000), radius(8700)
    ('4 km', '8.7 km')
    """
    return f"{radius_m / 1000:g} km"


def area(km2: float, decimals: int = _DECIMALS) -> str:
    """Return an area.

    Examples
    --------
    >>> area(50.2655), area(1234.5)
    ('50.27 km²', '1,234.50 km²')
    """
    return f"{square_kilometres(km2, decimals)} km²"


def square_kilometres(km2: float, decimals: int = _DECIMALS) -> str:
    """Return an area for a column whose heading has the unit.

    Examples
    --------
    >>> square_kilometres(1234.5)
    '1,234.50'
    """
    return f"{km2:,.{decimals}f}"


def whole(count: float) -> str:
    """Return a number of people, or of anything counted, for a column whose heading has the unit.

    Examples
    --------
    >>> whole(1234.4)
    '1,234'
    """
    return f"{round(count):,}"


def megabytes(count: float) -> str:
    """Return the size of a file, in units of a million bytes; of small ones in thousands.

    Examples
    --------
    >>> megabytes(13_153_227), megabytes(315e6), megabytes(2.3e9), megabytes(84_737)
    ('13.2 MB', '315 MB', '2,300 MB', '85 kB')
    """
    if count < 1e6:  # noqa: PLR2004
        return f"{count / 1e3:.0f} kB"
    size = count / 1e6
    return f"{size:,.1f} MB" if size < 100 else f"{size:,.0f} MB"  # noqa: PLR2004


def people(count: float) -> Text:
    """Return a population estimated from cells, to the nearest person.

    Examples
    --------
    >>> people(1234.4), people(0.2).en, people(1).en
    (Text(ja='約1,234人', en='about 1,234 people'), 'about 0 people', 'about 1 person')
    """
    shown = whole(count)
    return Text(f"約{shown}人", f"about {shown} {'person' if shown == '1' else 'people'}")


def physician_index(value: float) -> str:
    """Return a 医師偏在指標 as the ministry publishes it, with one decimal.

    Examples
    --------
    >>> physician_index(179.3)
    '179.3'
    """
    return f"{value:.1f}"


def coordinates(lat: float, lon: float) -> str:
    """Return a position in degrees, latitude first; six decimals are about a decimetre.

    Examples
    --------
    >>> coordinates(32.685331, 131.150494)
    '32.685331, 131.150494'
    """
    return f"{lat:.6f}, {lon:.6f}"


def day(value: date | None) -> Text:
    """Return a day as staff write it: in Japanese by era; an open end is empty.

    Examples
    --------
    >>> day(date(2026, 4, 1)), day(date(2019, 5, 1)).ja, day(None).ja
    (Text(ja='令和8年4月1日', en='2026-04-01'), '令和元年5月1日', '')
    >>> day(date(2019, 4, 30)).ja
    '平成31年4月30日'
    """
    if value is None:
        return Text("", "")
    rest = f"{value.month}月{value.day}日"
    for era, first in _ERA_BEGAN:
        if value >= first:
            year = value.year - first.year + 1
            return Text(f"{era}{'元' if year == 1 else year}年{rest}", value.isoformat())
    return Text(f"{value.year}年{rest}", value.isoformat())


def dated(value: date | str | None) -> Text:
    """Return a date, or text that is an ISO date, as a day; other text (an edition) as it is.

    Examples
    --------
    >>> dated("2024-01-01").ja, dated("2024-01").ja
    ('令和6年1月1日', '2024-01')
    """
    if value is None or isinstance(value, date):
        return day(value)
    try:
        return day(date.fromisoformat(value)) if value.count("-") == _DASHES else Text(value, value)
    except ValueError:
        return Text(value, value)


def period(start: date | None, end: date | None) -> Text:
    """Return a period; empty when neither end is known.

    Examples
    --------
    >>> period(date(2024, 4, 1), date(2027, 3, 31))
    Text(ja='令和6年4月1日～令和9年3月31日', en='2024-04-01 to 2027-03-31')
    >>> period(date(2024, 4, 1), None)
    Text(ja='令和6年4月1日～', en='from 2024-04-01')
    """
    first, last = day(start), day(end)
    if start is None and end is None:
        return Text("", "")
    if start is None or end is None:
        english = f"until {last.en}" if start is None else f"from {first.en}"
        return Text(f"{first.ja}～{last.ja}", english)
    return Text(f"{first.ja}～{last.ja}", f"{first.en} to {last.en}")
