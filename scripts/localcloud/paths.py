"""Where the lab keeps things: what is made once (venv, packages) and what belongs to one lab."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.dirname(HERE)
REQUIREMENTS = f"{HERE}/requirements.txt"


@dataclass(frozen=True)
class LabHome:
    """Made by `lab setup`, shared by all labs of a user."""

    folder: str

    @classmethod
    def of_user(cls) -> LabHome:
        chosen = os.environ.get("SPOT_LAB_HOME")
        if not chosen:
            cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
            chosen = f"{cache}/spot-lab"
        return cls(os.path.abspath(chosen))

    @property
    def venv(self) -> str:
        """One venv for each set of pins, so that a changed requirement never meets an old venv."""
        with open(REQUIREMENTS, "rb") as file:
            return f"{self.folder}/venv-{hashlib.sha256(file.read()).hexdigest()[:12]}"

    @property
    def python(self) -> str:
        return f"{self.venv}/bin/python"

    @property
    def debs(self) -> str:
        return f"{self.folder}/debs"

    @property
    def rootfs(self) -> str:
        return f"{self.folder}/rootfs"

    @property
    def default_state(self) -> str:
        return f"{self.folder}/default"
