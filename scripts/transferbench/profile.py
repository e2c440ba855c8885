"""Where spot's processor time goes in a row: one more run, sampled by perf."""

from __future__ import annotations

import collections
import pathlib
import re
import shutil
import subprocess

_LINE = re.compile(r"^\s*([\d.]+)%\s+(\S+)\s+")
_PATIENCE = 300


class Profiler:
    """Leaves one text file for each row: the shares of functions, the largest first."""

    def __init__(self, folder: str) -> None:
        self._folder = pathlib.Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)

    @staticmethod
    def is_possible() -> bool:
        return shutil.which("perf") is not None

    def wrapped(self, row: str, words: list[str]) -> list[str]:
        """The command that samples another."""
        return ["perf", "record", "--quiet", "-e", "cpu-clock", "-o", str(self._samples(row)), "--", *words]

    def concluded(self, row: str) -> str:
        """Writes the shares of functions, and tells those of the libraries and the kernel."""
        samples = self._samples(row)
        text = _reported(samples, "dso,symbol")
        (self._folder / f"{row}.txt").write_text(text)
        shares: collections.Counter[str] = collections.Counter()
        for line in text.splitlines():
            if found := _LINE.match(line):
                shares[_owner(found[2])] += float(found[1])
        samples.unlink(missing_ok=True)
        return ", ".join(f"{name} {share:.0f} %" for name, share in shares.most_common(5) if share >= 1)

    def _samples(self, row: str) -> pathlib.Path:
        return self._folder / f"{row}.perf"


def _owner(shared_object: str) -> str:
    return "kernel" if shared_object.startswith("[") else shared_object.split(".so")[0]


def _reported(samples: pathlib.Path, order: str) -> str:
    done = subprocess.run(
        ["perf", "report", "-i", str(samples), "--stdio", "--no-children", "--sort", order],
        capture_output=True, text=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL, check=False,
    )
    return done.stdout
