"""How soon drives can leave what is known: the road data, or the prefecture.

Hospitals of other prefectures may stand right behind the prefecture's border, however far the road
data reach beyond it, and behind the border of the data there may be any. The drive to either is the
yardstick, since every drive out passes it: where it takes as long as the threshold, whatever lies
beyond does too. A drive that leaves and comes back is not looked for.

The coast is no border: only where roads lead on into other land. A network whose source does not
say where it was cut (link tables) has no border of its own.

Stands apart: it is asked only where hospitals beyond count and nobody has said which there are, or
where one stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from boundaries import Regions
from networks import Direction, RoadNetwork, Terminal, TravelOptions
from networks.search.borders import Exit
from spots.types import Border


@dataclass(frozen=True, slots=True)
class Leaving:
    """How soon a drive can leave, in milliseconds, and what it leaves."""

    ms: int
    border: Border


@dataclass(frozen=True, slots=True)
class Borders:
    """The borders of a prefecture and of the road data; its exits are looked for once.

    Parameters
    ----------
    regions : Regions or None
        For the prefecture's outline; None where it is not known.
    """

    regions: Regions | None
    _exits: list[tuple[Exit, ...]] = field(default_factory=list)

    def leaving(
        self,
        network: RoadNetwork,
        origins: Sequence[Terminal],
        direction: Direction,
        options: TravelOptions,
    ) -> Mapping[str, Leaving]:
        """Return how soon each origin's drives can leave, by id; without those that cannot.

        Parameters
        ----------
        network : RoadNetwork
            The roads, with or without closures.
        origins : sequence of Terminal
            Ids unique.
        direction, options : Direction, TravelOptions
            As in `networks.nearest_other`.
        """
        from networks.search.borders import border_times, exit_times  # noqa: PLC0415 (compiled)

        exits = self._exits_of(network)
        data = border_times(network, origins, direction=direction, options=options)
        out = exit_times(network, origins, exits, direction=direction, options=options)
        answer = {}
        for origin, data_ms, out_ms in zip(origins, data, out, strict=True):
            both = [(out_ms, Border.PREFECTURE), (data_ms, Border.DATA)]
            known = [Leaving(ms, border) for ms, border in both if ms is not None]
            if known:
                answer[origin.id] = min(known, key=lambda each: each.ms)
        return answer

    def _exits_of(self, network: RoadNetwork) -> tuple[Exit, ...]:
        from networks.search.borders import ground_exits  # noqa: PLC0415 (only where asked for)

        if not self._exits:
            found: tuple[Exit, ...] = ()
            if (regions := self.regions) is not None:
                frame = regions.municipalities
                foreign = frame["prefecture_code"] != regions.prefecture_code
                others = list(frame.geometry[foreign])
                found = ground_exits(network, regions.prefecture_land(), others)
            self._exits.append(found)
        return self._exits[0]
