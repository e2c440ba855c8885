"""What is moved: random files, on this side and on the machine, and how a copy is checked."""

from __future__ import annotations

import pathlib
import random
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from .stage import MACHINE, Stage

# One line for a file or a tree: the same bytes under the same names.
_DIGEST = (
    'export LC_ALL=C; if [ -d "$1" ]; then cd "$1" && find . -type f -print0 | sort -z'
    ' | xargs -0 -r sha256sum | sha256sum; else sha256sum <"$1"; fi'
)


@dataclass(frozen=True)
class Load:
    name: str
    directories: int  # 0: one file
    files: int  # in all
    size: int  # of each, in bytes

    @property
    def is_tree(self) -> bool:
        return self.directories > 0

    @property
    def total(self) -> int:
        return self.files * self.size

    def __str__(self) -> str:
        if not self.is_tree:
            return _bytes(self.total)
        where = f" in {self.directories} directories" if self.directories > 1 else ""
        return f"{self.files:,} × {_bytes(self.size)}{where}"


LOADS = {
    load.name: load
    for load in (
        Load("small", 100, 10_000, 4096),
        Load("few", 10, 1000, 4096),
        Load("big", 0, 1, 1 << 30),
        Load("mid", 0, 1, 200 << 20),
        Load("none", 0, 0, 0),
    )
}
QUICK_LOADS = {
    load.name: load
    for load in (
        Load("small", 10, 1000, 4096),
        Load("few", 2, 20, 4096),
        Load("big", 0, 1, 128 << 20),
        Load("mid", 0, 1, 32 << 20),
        Load("none", 0, 0, 0),
    )
}


class Loads:
    """Loads are made when they are first asked for, and stay on both sides."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._digests: dict[str, str] = {}
        self.arrivals = stage.folder / "arrivals"
        self.arrivals.mkdir()

    def local(self, load: Load) -> str:
        path = self._stage.folder / "loads" / load.name
        if load.files and not path.exists():
            _make(load, path)
            self._digests[load.name] = self._local_digest(str(path))
        return str(path)

    def remote(self, load: Load) -> str:
        """The same load on the machine, relative to the home directory there."""
        local = self.local(load)
        target = f"loads/{load.name}"
        if not self._stage.remote(f"ls -d {target} 2>/dev/null || true").strip():
            self._stage.remote("mkdir -p loads")
            ssh = " ".join(self._stage.link(0).shared_ssh)
            source = f"{local}/" if load.is_tree else local
            subprocess.run(
                ["rsync", "-a", "-e", ssh, source, f"{MACHINE}:{target}"], check=True, timeout=300
            )
        return target

    def arrived_here(self, load: Load, path: str) -> bool:
        return self._local_digest(path) == self._digests[load.name]

    def arrived_there(self, load: Load, path: str) -> bool:
        line = shlex.join(["sh", "-c", _DIGEST, "sh", path])
        return self._stage.remote(line) == self._digests[load.name]

    def forget_here(self, path: str) -> None:
        if pathlib.Path(path).is_dir():
            shutil.rmtree(path)
        else:
            pathlib.Path(path).unlink(missing_ok=True)

    def forget_there(self, path: str) -> None:
        self._stage.remote(f"rm -rf {path}")

    def _local_digest(self, path: str) -> str:
        done = subprocess.run(
            ["sh", "-c", _DIGEST, "sh", path], capture_output=True, text=True, timeout=300, check=False
        )
        return done.stdout


def _make(load: Load, path: pathlib.Path) -> None:
    """The same bytes each time: random, so that no compression flatters anybody."""
    source = random.Random(load.name)
    path.parent.mkdir(exist_ok=True)
    if not load.is_tree:
        with open(path, "wb") as file:
            for start in range(0, load.size, 1 << 20):
                file.write(source.randbytes(min(1 << 20, load.size - start)))
        return
    for number in range(load.files):
        folder = path / f"d{number % load.directories:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{number:05d}").write_bytes(source.randbytes(load.size))


def _bytes(count: int) -> str:
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size:
            return f"{count / size:g} {unit}"
    return f"{count} bytes"
