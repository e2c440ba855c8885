"""Who a host is: name, users, addresses of names, sshd's settings and the small commands it needs."""

from __future__ import annotations

import os
import re
import shutil
from typing import Any, Callable

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": SYSTEM_PATH, "HOME": "/root", "LANG": "C.UTF-8", "USER": "root"}

_SFTP_SERVER = "/usr/lib/openssh/sftp-server"

_SSHD_CONFIG = """\
# Written by the lab.
{host_keys}
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AcceptEnv LANG LC_*
PrintMotd no
UseDNS no
Subsystem sftp {sftp}
"""

_SUDOERS = """\
Defaults env_reset
Defaults secure_path="{path}"
root ALL=(ALL:ALL) ALL
{user} ALL=(ALL) NOPASSWD:ALL
"""

_LOGIN_AS = (
    "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,"
    "command=\"echo 'Please login as the user \\\"{user}\\\" rather than the user \\\"root\\\".';"
    'echo;sleep 10;exit 142" '
)

# PID 1 is not systemd: SIGTERM powers it off, SIGUSR1 reboots it. A delay in minutes is honoured.
_SHUTDOWN = """\
#!/bin/sh
signal=TERM when=now pending=/run/lab-shutdown.pid
case "${{0##*/}}" in reboot) signal=USR1;; shutdown) when=+1;; esac
for word in "$@"; do
    case $word in
        -r|--reboot) signal=USR1;;
        -c) [ -f $pending ] && kill "$(cat $pending)"; rm -f $pending; exit 0;;
        now|+[0-9]*) when=$word;;
    esac
done
[ "$(id -u)" = 0 ] || {{ echo "Failed to power off system: Access denied" >&2; exit 1; }}
[ $when = now ] || [ $when = +0 ] && exec kill -$signal 1
seconds=$(awk "BEGIN {{ print ${{when#+}} * 60 * {time_scale} }}")
setsid sh -c "echo \\$\\$ > $pending; sleep $seconds; kill -$signal 1" </dev/null >/dev/null 2>&1 &
echo "Shutdown scheduled in ${{when#+}} min, use 'shutdown -c' to cancel." >&2
"""


def write(path: str, text: str | bytes, mode: int = 0o644) -> None:
    """Writes a whole file with its mode, and makes its folders; a link is replaced, not followed."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path):
        os.unlink(path)
    data = text.encode() if isinstance(text, str) else text
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def read(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def write_names(spec: dict[str, Any]) -> None:
    """Host name and name resolution. Nobody answers DNS: names fail at once, not after 30 s."""
    name, address = spec["hostname"], spec["private_ip"]
    write("/etc/hostname", name + "\n")
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost", f"{address} {spec['fqdn']} {name}"]
    write("/etc/hosts", "\n".join(lines) + "\n")
    write("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")


def write_system_accounts() -> None:
    """Leaves only the system's own accounts of the base, and none of them with a password."""
    def keep(line: str) -> bool:
        fields = line.split(":")
        return len(fields) > 2 and (not fields[2].isdigit() or not 1000 <= int(fields[2]) < 60000)

    users = [line for line in read("/etc/passwd").splitlines() if keep(line)]
    groups = [line for line in read("/etc/group").splitlines() if keep(line)]
    if not any(line.startswith("sshd:") for line in users):
        users.append("sshd:x:110:65534::/run/sshd:/usr/sbin/nologin")
    write("/etc/passwd", "\n".join(users) + "\n")
    write("/etc/group", "\n".join(groups) + "\n")
    for path in ("/etc/shadow-", "/etc/gshadow", "/etc/gshadow-"):
        if os.path.lexists(path):
            os.unlink(path)
    names = [line.split(":")[0] for line in users]
    write("/etc/shadow", "".join(f"{name}:*:19000:0:99999:7:::\n" for name in names), 0o640)


def add_login_user(user: str) -> None:
    """The image's login user with a home, a shell and sudo without a password."""
    home = f"/home/{user}"
    if not re.search(rf"^{re.escape(user)}:", read("/etc/passwd"), re.M):
        _append("/etc/passwd", f"{user}:x:1000:1000:{user}:{home}:/bin/bash\n")
        _append("/etc/group", f"{user}:x:1000:\n")
        _append("/etc/shadow", f"{user}:*:19000:0:99999:7:::\n")
    if not os.path.isdir(home):
        if os.path.isdir("/etc/skel"):
            shutil.copytree("/etc/skel", home, symlinks=True)
        os.makedirs(home, exist_ok=True)
        own(home, 1000)
    os.chmod(home, 0o750 if user == "ubuntu" else 0o700)
    write("/etc/sudoers", _SUDOERS.format(path=SYSTEM_PATH, user=user), 0o440)


def authorize(user: str, keys: list[str]) -> None:
    """Writes the login user's keys, and for root the same keys with a hint instead of a shell."""
    folder = f"/home/{user}/.ssh"
    write(f"{folder}/authorized_keys", "".join(f"{key.strip()}\n" for key in keys), 0o600)
    os.chmod(folder, 0o700)
    own(folder, 1000)
    hint = _LOGIN_AS.format(user=user)
    write("/root/.ssh/authorized_keys", "".join(f"{hint}{key.strip()}\n" for key in keys), 0o600)
    os.chmod("/root/.ssh", 0o700)


def write_sshd_config(host_keys: list[str]) -> None:
    lines = "\n".join(f"HostKey {path}" for path in host_keys)
    write("/etc/ssh/sshd_config", _SSHD_CONFIG.format(host_keys=lines, sftp=_SFTP_SERVER), 0o600)


def write_commands(time_scale: float) -> None:
    """The commands of a systemd machine with cloud-init that this host must have."""
    for name in ("shutdown", "poweroff", "halt", "reboot"):
        write(f"/usr/sbin/{name}", _SHUTDOWN.format(time_scale=time_scale), 0o755)


def own(path: str, owner: int) -> None:
    """chown -R without following links."""
    _walk(path, lambda entry: os.lchown(entry, owner, owner))


def _walk(path: str, visit: Callable[[str], None]) -> None:
    visit(path)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            visit(os.path.join(folder, name))


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)
