"""status.json, result.json and the `cloud-init` command of a host."""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import Any, Iterator

from .identity import write

_DATA = "/var/lib/cloud/data"
_RUN = "/run/cloud-init"
_STAGES = ("init-local", "init", "modules-config", "modules-final")


class CloudStatus:
    """The state of one boot, kept on disk as cloud-init keeps it.

    Releases from 23.4 on tell recoverable errors apart and write module names with underscores.
    """

    def __init__(self, version: str) -> None:
        self.modern = tuple(int(n) for n in version.split(".")[:2]) >= (23, 4)
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self._current = ""
        self._stages: dict[str, dict[str, Any]] = {name: self._blank() for name in _STAGES}
        for name in ("status.json", "result.json"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{_DATA}/{name}")
            link = f"{_RUN}/{name}"
            if not os.path.islink(link):
                os.symlink(f"../..{_DATA}/{name}", link)
        write(f"{_RUN}/enabled", "")
        write("/usr/bin/cloud-init", _COMMAND.format(version=version, modern=self.modern), 0o755)
        self._save()

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._current = name
        self._stages[name]["start"] = time.time()
        self._save()
        yield
        self._stages[name]["finished"] = time.time()
        self._current = ""
        self._save()

    def fail(self, module: str, error: Exception) -> None:
        """Records an exception of a module, in cloud-init's own words."""
        name = module.replace("-", "_") if self.modern else module
        text = f"('{name}', {error!r})"
        self.errors.append(text)
        self._stages[self._current]["errors"].append(text)

    def warn(self, text: str) -> None:
        """Records something that old releases forget and new ones call a recoverable error."""
        self.warnings.append(text)
        if self.modern:
            known = self._stages[self._current]["recoverable_errors"]
            known.setdefault("WARNING", []).append(text)

    def complete(self) -> None:
        """Writes result.json, which is what says "done"."""
        result = {"v1": {"datasource": "DataSourceEc2Local", "errors": self.errors}}
        _replace(f"{_DATA}/result.json", result)

    def _blank(self) -> dict[str, Any]:
        blank: dict[str, Any] = {"errors": [], "finished": None, "start": None}
        if self.modern:
            blank["recoverable_errors"] = {}
        return blank

    def _save(self) -> None:
        status = {"datasource": "DataSourceEc2Local", "stage": self._current or None, **self._stages}
        _replace(f"{_DATA}/status.json", {"v1": status})


def _replace(path: str, value: dict[str, Any]) -> None:
    write(f"{path}.new", json.dumps(value, indent=1) + "\n")
    os.rename(f"{path}.new", path)


_COMMAND = '''\
#!/usr/bin/python3
"""cloud-init, as far as a lab host has one: `status` and `--version`."""
import json, sys, time

VERSION, MODERN = "{version}", {modern}


def load(name):
    try:
        with open("/run/cloud-init/" + name) as file:
            return json.load(file)["v1"]
    except FileNotFoundError:
        return None


def report():
    status, result = load("status.json") or {{}}, load("result.json")
    stages = {{k: v for k, v in status.items() if isinstance(v, dict)}}
    errors = [e for stage in stages.values() for e in stage["errors"]]
    recoverable = {{}}
    for stage in stages.values():
        for level, texts in stage.get("recoverable_errors", {{}}).items():
            recoverable.setdefault(level, []).extend(texts)
    times = [t for s in stages.values() for t in (s["start"], s["finished"]) if t]
    state = "running" if result is None else "error" if errors else "done"
    if errors:
        state, detail = ("error" if result or not MODERN else "running"), "\\n".join(errors)
    else:
        detail = "DataSourceEc2Local" if result else "Running in stage: %s" % status.get("stage")
    answer = {{
        "boot_status_code": "enabled-by-generator",
        "datasource": "ec2" if MODERN else "",
        "detail": detail,
        "errors": errors,
        "last_update": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(max(times or [0]))),
        "status": state,
    }}
    if MODERN:
        extended = ("degraded " if recoverable and state in ("done", "running") else "") + state
        extended = "error - " + ("done" if result else "running") if errors else extended
        answer.update(extended_status=extended, recoverable_errors=recoverable, schemas={{}}, **stages)
        if state == "error" and not result:
            answer["status"] = "running"
    return answer


def main(words):
    if words[:1] in (["--version"], ["-v"]):
        return print("/usr/bin/cloud-init", VERSION) or 0
    if words[:1] != ["status"]:
        return print("cloud-init: a lab host knows only `status` and `--version`", file=sys.stderr) or 2
    form = "tabular"
    for at, word in enumerate(words):
        if word.startswith("--format="):
            form = word[9:]
        elif word == "--format":
            form = words[at + 1]
    answer = report()
    while "--wait" in words and load("result.json") is None:
        if form == "tabular":
            print(".", end="", flush=True)
        time.sleep(0.1)
        answer = report()
    if form == "json":
        print(json.dumps(answer, indent=2 if MODERN else None, sort_keys=True))
    else:
        print(("\\n" if "--wait" in words else "") + "status: " + answer["status"])
        if "--long" in words or "-l" in words:
            for key in ("extended_status",) if MODERN else ():
                print(key + ": " + answer[key])
            print("boot_status_code: enabled-by-generator")
            print("last_update: " + answer["last_update"])
            print("detail:\\n" + answer["detail"])
    if answer["status"] == "error":
        return 1
    return 2 if answer.get("recoverable_errors") and answer["status"] == "done" else 0


sys.exit(main(sys.argv[1:]))
'''
