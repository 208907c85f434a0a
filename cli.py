"""Entry point of the ``spots`` command; the commands themselves are in `spots.commands`."""

from __future__ import annotations

from spots.commands import main

if __name__ == "__main__":
    main()
