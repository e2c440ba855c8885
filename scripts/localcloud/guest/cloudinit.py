"""cloud-init as a host's user sees it: stages, modules, logs, results and the errors of failed ones.

Runs in a child of PID 1. The lab has decoded the user data into `spec["user_data"]` (see
`localcloud.userdata`): scripts and boothooks in order, one merged cloud-config, and complaints.
"""

from __future__ import annotations

import base64
import grp
import gzip
import os
import pwd
import subprocess
import time
from typing import Any, Callable, NoReturn

from . import identity
from .cloudstatus import CloudStatus
from .identity import write

_INSTANCE = "/var/lib/cloud/instance"
_SCRIPTS = f"{_INSTANCE}/scripts"
_OUTPUT_LOG = "/var/log/cloud-init-output.log"
_KEY_TYPES = ("rsa", "ecdsa", "ed25519")
# systemd gives system services neither HOME nor USER; scripts that count on them fail on AWS too.
_ENVIRONMENT = {"PATH": identity.SYSTEM_PATH, "LANG": "C.UTF-8"}

_KNOWN_KEYS = {
    "bootcmd",
    "disable_root",
    "merge_how",
    "merge_type",
    "runcmd",
    "ssh_authorized_keys",
    "ssh_deletekeys",
    "ssh_keys",
    "ssh_pwauth",
    "ssh_quiet_keygen",
    "write_files",
}


def main(spec: dict[str, Any], progress: int) -> NoReturn:
    """Runs all stages of one boot, reporting to PID 1 over the pipe `progress`."""
    try:
        CloudInit(spec, progress).run()
    finally:
        os._exit(0)


class CloudInit:
    """One boot's run."""

    def __init__(self, spec: dict[str, Any], progress: int) -> None:
        self.spec = spec
        self.progress = progress
        self.first_boot = not spec["resumed"]
        self.user_data: dict[str, Any] = spec["user_data"]
        self.config: dict[str, Any] = self.user_data["config"]
        self.delays: dict[str, float] = spec["delays"]
        self._make_folders()
        self.status = CloudStatus(spec["cloud_init"])
        self.output = self._start_tee()

    def run(self) -> None:
        with self.status.stage("init-local"):
            self._announce("init-local")
        with self.status.stage("init"):
            self._announce("init")
            self._init_stage()
        with self.status.stage("modules-config"):
            self._announce("modules:config")
            self._module("runcmd", self._write_runcmd)
        with self.status.stage("modules-final"):
            time.sleep(self.delays["cloudinit"])
            self._announce("modules:final")
            if self.first_boot:
                self._module("scripts-user", self._run_scripts)
            self._show_host_keys()
            self._finish()
        self.status.complete()
        self._tell("stage", "failed" if self.status.errors else "ready")

    # Stages

    def _init_stage(self) -> None:
        for warning in self.user_data["warnings"]:
            self._warn(warning)
            self.status.warn(warning)
        if self.first_boot:
            self._run_boothooks()
        self._module("bootcmd", self._run_bootcmd)
        if self.first_boot:
            self._module("write-files", self._write_files)
        if self.first_boot:
            self._module("ssh", self._write_host_keys)
        identity.write_sshd_config(_host_keys())
        time.sleep(self.delays["sshd"])
        if self.delays["keys"]:
            self._tell("stage", "sshd")
            time.sleep(self.delays["keys"])
            self._admit()
        else:
            self._admit()
            self._tell("stage", "sshd")

    def _admit(self) -> None:
        """The login user and its keys: from here on logging in works."""
        user = self.spec["login_user"]
        identity.add_login_user(user)
        if self.first_boot:
            keys = [*self.spec["public_keys"], *_strings(self.config.get("ssh_authorized_keys"))]
            identity.authorize(user, keys)
        self._tell("stage", "keys")

    def _finish(self) -> None:
        now, up = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()), self._uptime()
        version = self.spec["cloud_init"]
        self._say(
            f"Cloud-init v. {version} finished at {now}. "
            f"Datasource DataSourceEc2Local.  Up {up:.2f} seconds"
        )
        write(f"{_INSTANCE}/boot-finished", f"{up:.2f} - {now} - v. {version}\n")

    # Modules

    def _module(self, name: str, work: Callable[[], None]) -> None:
        """Runs one module; what it raises is recorded the way cloud-init records it."""
        try:
            work()
        except Exception as error:  # cloud-init carries on after any failure of a module
            self.status.fail(name, error)
            self._warn(f"Running module {name} failed: {error}")

    def _run_boothooks(self) -> None:
        for hook in self.user_data["boothooks"]:
            path = f"/var/lib/cloud/instance/boothooks/{hook['name']}"
            write(path, base64.b64decode(hook["content"]), 0o700)
            self._execute([path])

    def _run_bootcmd(self) -> None:
        if not self.config.get("bootcmd"):
            return
        path = "/run/cloud-init/bootcmd.sh"
        write(path, _shellify(self.config["bootcmd"]), 0o700)
        code = self._execute(["/bin/sh", path])
        if code:
            raise ProcessExecutionError(["/bin/sh", path], code)

    def _write_files(self) -> None:
        for item in self.config.get("write_files") or []:
            content = item.get("content", "")
            data = content.encode() if isinstance(content, str) else bytes(content)
            encoding = str(item.get("encoding", "text/plain")).lower()
            if encoding in ("b64", "base64", "gz+base64", "gzip+base64", "gz+b64", "gzip+b64"):
                data = base64.b64decode(data)
            if encoding.startswith("gz"):
                data = gzip.decompress(data)
            path = os.path.abspath(item["path"])
            if item.get("append") and os.path.exists(path):
                with open(path, "rb") as file:
                    data = file.read() + data
            write(path, data, _mode(item.get("permissions")))
            _chown(path, item.get("owner", "root:root"))

    def _write_host_keys(self) -> None:
        """cc_ssh: given keys are the only ones; without any, new ones are generated."""
        os.makedirs("/etc/ssh", exist_ok=True)
        if self.config.get("ssh_deletekeys", True):
            for name in os.listdir("/etc/ssh"):
                if name.startswith("ssh_host_") and "key" in name:
                    os.unlink(f"/etc/ssh/{name}")
        given = self.config.get("ssh_keys") or {}
        for name, text in given.items():
            kind, _, part = name.partition("_")
            if kind not in _KEY_TYPES or part not in ("private", "public", "certificate"):
                self._warn(f'ssh_keys: unsupported key "{name}"')
                continue
            suffix = {"private": "", "public": ".pub", "certificate": "-cert.pub"}[part]
            mode = 0o600 if part == "private" else 0o644
            write(f"/etc/ssh/ssh_host_{kind}_key{suffix}", text.rstrip("\n") + "\n", mode)
        for kind in _KEY_TYPES:
            path = f"/etc/ssh/ssh_host_{kind}_key"
            if os.path.exists(path) and not os.path.exists(f"{path}.pub"):
                shown = _quietly(["ssh-keygen", "-y", "-f", path])
                write(f"{path}.pub", shown)
        if given:
            return
        # Amazon Linux's choice. No RSA key: making one costs more than the rest of the boot.
        for kind in ("ed25519", "ecdsa"):
            path = f"/etc/ssh/ssh_host_{kind}_key"
            comment = f"root@{self.spec['hostname']}"
            _quietly(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", comment, "-f", path])

    def _write_runcmd(self) -> None:
        if self.first_boot and self.config.get("runcmd"):
            write(f"{_SCRIPTS}/runcmd", _shellify(self.config["runcmd"]), 0o700)

    def _run_scripts(self) -> None:
        """cc_scripts_user: every script in order of name, even after one has failed."""
        for script in self.user_data["scripts"]:
            write(f"{_SCRIPTS}/{script['name']}", base64.b64decode(script["content"]), 0o700)
        names = sorted(os.listdir(_SCRIPTS))
        failed = [name for name in names if self._execute([f"{_SCRIPTS}/{name}"])]
        if failed:
            self._warn(f"Failed to run module scripts-user (scripts in {_SCRIPTS})")
            raise RuntimeError(
                f"Runparts: {len(failed)} failures ({','.join(failed)}) "
                f"in {len(names)} attempted commands"
            )

    # Console and logs

    def _show_host_keys(self) -> None:
        """The two blocks that GetConsoleOutput's readers look for."""
        stamp = f"<14>{time.strftime('%b %d %H:%M:%S', time.gmtime())} ec2: "
        frame = stamp + "#" * 61
        public = [f"{path}.pub" for path in _host_keys()]
        self._console(frame)
        self._console(f"{stamp}-----BEGIN SSH HOST KEY FINGERPRINTS-----")
        for path in public:
            self._console(stamp + _quietly(["ssh-keygen", "-l", "-f", path]).strip())
        self._console(f"{stamp}-----END SSH HOST KEY FINGERPRINTS-----")
        self._console(frame)
        self._console("-----BEGIN SSH HOST KEY KEYS-----")
        for path in public:
            self._console(identity.read(path).strip())
        self._console("-----END SSH HOST KEY KEYS-----")

    def _announce(self, stage: str) -> None:
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        version, up = self.spec["cloud_init"], self._uptime()
        self._say(f"Cloud-init v. {version} running '{stage}' at {now}. Up {up:.2f} seconds.")

    def _warn(self, text: str) -> None:
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S,000')} - util.py[WARNING]: {text}"
        self._say(line)
        with open("/var/log/cloud-init.log", "a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _say(self, text: str) -> None:
        os.write(self.output, text.encode() + b"\n")

    def _console(self, line: str) -> None:
        self._tell("console", line)

    def _tell(self, kind: str, text: str) -> None:
        os.write(self.progress, f"{kind} {text}\n".encode())

    def _uptime(self) -> float:
        return time.time() - self.spec["started"]

    def _execute(self, command: list[str]) -> int:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self.output,
                stderr=self.output,
                env=_ENVIRONMENT,
                cwd="/",
            )
        except OSError as error:  # no interpreter, or not a script at all
            self._say(f"{command[0]}: {error.strerror}")
            return 127
        return done.returncode

    def _start_tee(self) -> int:
        """Scripts write to the log and the console. The copier outlives this process, because a
        script may leave something running."""
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(writer)
            log = os.open(_OUTPUT_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            with os.fdopen(reader, "rb") as source:
                for line in source:
                    os.write(log, line)
                    text = line.decode("utf-8", "replace").rstrip("\n")
                    self._console(f"[{self._uptime():12.6f}] cloud-init: {text}")
            os._exit(0)
        os.close(reader)
        os.set_inheritable(writer, False)
        return writer

    def _make_folders(self) -> None:
        folder = f"/var/lib/cloud/instances/{self.spec['id']}"
        os.makedirs(f"{folder}/scripts", exist_ok=True)
        os.makedirs("/var/lib/cloud/data", exist_ok=True)
        os.makedirs("/run/cloud-init", exist_ok=True)
        if not os.path.islink(_INSTANCE):
            os.symlink(folder, _INSTANCE)
        if os.path.exists(f"{_INSTANCE}/boot-finished"):
            os.unlink(f"{_INSTANCE}/boot-finished")
        write(f"{_INSTANCE}/user-data.txt", base64.b64decode(self.user_data["raw"]), 0o600)
        write("/var/lib/cloud/data/instance-id", self.spec["id"] + "\n")


class ProcessExecutionError(OSError):
    """Printed as cloud-init's own error of that name."""

    def __init__(self, command: list[str], code: int) -> None:
        super().__init__(
            "Unexpected error while running command.\n"
            f"Command: {command}\nExit code: {code}\nReason: -\nStdout: -\nStderr: -"
        )


def unknown_keys(config: dict[str, Any]) -> list[str]:
    """The cloud-config keys that this runner does not act on."""
    return sorted(set(config) - _KNOWN_KEYS)


def _host_keys() -> list[str]:
    paths = [f"/etc/ssh/ssh_host_{kind}_key" for kind in _KEY_TYPES]
    return [path for path in paths if os.path.exists(path)]


def _shellify(commands: Any) -> str:
    """cloud-init's rule: a list is one quoted command, a string is a shell line."""
    if not isinstance(commands, list):
        kind = type(commands).__name__
        raise TypeError(f"Input to shellify was type '{kind}'. Expected list or tuple.")
    lines = ["#!/bin/sh"]
    for command in commands:
        if isinstance(command, list):
            quoted = ["'" + str(word).replace("'", "'\\''") + "'" for word in command]
            lines.append(" ".join(quoted))
        elif isinstance(command, str):
            lines.append(command)
        elif command is not None:
            raise TypeError(
                f"Unable to shellify type '{type(command).__name__}'. "
                f"Expected list, string, tuple. Got: {command}"
            )
    return "\n".join(lines) + "\n"


def _mode(permissions: Any) -> int:
    if permissions is None:
        return 0o644
    return permissions if isinstance(permissions, int) else int(str(permissions), 8)


def _chown(path: str, owner: str) -> None:
    user, _, group = owner.partition(":")
    try:
        uid = pwd.getpwnam(user).pw_uid if user else -1
        gid = grp.getgrnam(group).gr_gid if group else -1
    except KeyError as error:
        raise OSError(f"Unknown user or group: {error}") from None
    os.chown(path, uid, gid)


def _strings(value: Any) -> list[str]:
    return [item for item in value or [] if isinstance(item, str)]


def _quietly(command: list[str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env=identity.ENVIRONMENT, stdin=subprocess.DEVNULL
    )
    return done.stdout
