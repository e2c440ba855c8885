"""The rows of the table: which work at which distance, and how spot must compare."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Need:
    """A bound for spot beside one peer; both kinds are kept as "so many times as fast"."""

    factor: float
    text: str

    def met_by(self, ratio: float) -> bool:
        return ratio >= self.factor


def faster(factor: float) -> Need:
    return Need(factor, f"≥ {factor:g} ×")


def within(share: float) -> Need:
    """spot may take this share of the peer's time."""
    return Need(1 / share, f"≤ {share:g} of its time")


@dataclass(frozen=True)
class Row:
    name: str
    title: str  # `{load}` stands for what is moved
    verb: str  # "up", "down", "exec" or "echo"
    load: str
    round_trip: int  # milliseconds; 0: straight over loopback
    needs: dict[str, Need] = field(default_factory=dict)
    reuses: bool = False  # over a connection that an earlier command has left
    again: bool = False  # the same tree is there already


def _distant(load: str, round_trip: int, needs: dict[str, Need], reuses: bool = False) -> list[Row]:
    ending, how = ("-reused", ", connection reused") if reuses else ("", "")
    return [
        Row(
            f"{load}-{verb}-{round_trip}{ending}", f"{{load}} {verb}, {round_trip} ms{how}",
            verb, load, round_trip, needs, reuses,
        )
        for verb in ("up", "down")
    ]


_SMALL = {"rsync -a": faster(1.5), "scp": faster(10), "paramiko": faster(10)}
_FOUR = {"scp": faster(4), "rsync -a": faster(4)}
_FIVE = {"scp": faster(5), "rsync -a": faster(5)}
_FEW = {"rsync -a": faster(1), "scp": faster(50)}
_FEW_REUSED = {"rsync -a": faster(2), "scp": faster(50)}

ROWS = [
    Row("small-up-0", "{load} up, loopback", "up", "small", 0, _SMALL),
    Row("small-down-0", "{load} down, loopback", "down", "small", 0, _SMALL),
    Row("small-again-0", "{load} up again, unchanged, loopback", "up", "small", 0,
        {"rsync -a": within(1)}, again=True),
    Row("big-up-0", "{load} up, loopback", "up", "big", 0, {"scp": faster(1.2)}),
    Row("big-down-0", "{load} down, loopback", "down", "big", 0,
        {"sftp": faster(1), "paramiko": faster(2)}),
    *_distant("mid", 50, _FOUR),
    *_distant("mid", 150, _FOUR),
    *_distant("mid", 150, _FIVE, reuses=True),
    *_distant("few", 150, _FEW),
    *_distant("few", 150, _FEW_REUSED, reuses=True),
    Row("exec-0", "exec true, new connection, loopback", "exec", "none", 0, {"ssh": within(0.6)}),
    Row("exec-150", "exec true, new connection, 150 ms", "exec", "none", 150, {"ssh": within(0.9)}),
    *(
        Row(f"exec-{trip}-reused", f"exec true, connection reused, {trip} ms", "exec", "none", trip,
            {"ssh -M": within(0.8)}, reuses=True)
        for trip in (0, 50, 150)
    ),
    *(
        Row(f"echo-{trip}", f"echo of a key press, p99, {trip} ms", "echo", "none", trip,
            {"ssh": within(1.1)})
        for trip in (0, 50)
    ),
]
