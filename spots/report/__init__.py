"""``report.pdf``: what a council keeps in its binder."""

from spots.report.document import render_report

__all__ = ["render_report"]
