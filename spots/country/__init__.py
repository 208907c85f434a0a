"""The country: one template over its prefectures, and what their results are together."""

from spots.country.country_batch import (
    CountryOutcome,
    country_outcome,
    gatherings,
    told_of_all,
    write_scenarios,
)
from spots.country.country_counts import CountryCounts, counted
from spots.country.country_files import write_country
from spots.country.prefecture_jobs import prefecture_jobs, prefectures_named
from spots.country.put_together import put_together

__all__ = [
    "CountryCounts",
    "CountryOutcome",
    "counted",
    "country_outcome",
    "gatherings",
    "prefecture_jobs",
    "prefectures_named",
    "put_together",
    "told_of_all",
    "write_country",
    "write_scenarios",
]
