"""Tables of an edition of the 医師偏在指標, and of what is different between two.

What they say is found in `boundaries`; here it becomes a table for people, JSON or a file.
"""

from spots.editions.edition_reading import EditionSource, read_edition
from spots.editions.edition_tables import changes_page, edition_page

__all__ = [
    "EditionSource",
    "changes_page",
    "edition_page",
    "read_edition",
]
