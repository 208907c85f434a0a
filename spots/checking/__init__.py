"""What a job would come to, before it is run: every part looked at, every fault at once."""

from spots.checking.found_parts import JobCheck
from spots.checking.job_check import check_job

__all__ = ["JobCheck", "check_job"]
