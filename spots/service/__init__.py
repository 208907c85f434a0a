"""Months of service: postings, day by day, against the clocks of a doctor's obligations."""
