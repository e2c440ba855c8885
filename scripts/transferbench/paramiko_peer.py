"""What a Python program does with paramiko, and how the ancestor did it (`--progress`): one connection,
one SFTP session, one file after the other, a line of progress rewritten on each piece.

usage: paramiko_peer.py [--progress] ADDRESS PORT USER KEY {put | get | exec} ARGUMENT…
"""

from __future__ import annotations

import os
import stat
import sys

import paramiko


def connected(address, port, user, key):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(
        address, port=int(port), username=user, key_filename=key, look_for_keys=False, allow_agent=False
    )
    return client


def report(name):
    def progress(done, total):
        sys.stderr.write(f"\r{name}: {done / total if total else 1:.2%}")

    return progress


def put(sftp, source, target, callback):
    if not os.path.isdir(source):
        sftp.put(source, target, callback=callback(source) if callback else None)
        return
    sftp.mkdir(target)
    for name in sorted(os.listdir(source)):
        put(sftp, f"{source}/{name}", f"{target}/{name}", callback)


def get(sftp, source, target, callback, is_directory=None):
    if is_directory is None:
        is_directory = stat.S_ISDIR(sftp.stat(source).st_mode)
    if not is_directory:
        sftp.get(source, target, callback=callback(source) if callback else None)
        return
    os.mkdir(target)
    for entry in sftp.listdir_attr(source):
        inner = f"{source}/{entry.filename}", f"{target}/{entry.filename}"
        get(sftp, *inner, callback, stat.S_ISDIR(entry.st_mode))


def execute(client, command, on_terminal):
    _, output, errors = client.exec_command(command, get_pty=on_terminal)
    sys.stdout.write(output.read().decode())
    sys.stderr.write(errors.read().decode())
    return output.channel.recv_exit_status()


def main():
    words = sys.argv[1:]
    as_ancestor = words[0] == "--progress"
    address, port, user, key, verb, *arguments = words[1:] if as_ancestor else words
    client = connected(address, port, user, key)
    status = 0
    if verb == "exec":
        status = execute(client, *arguments, on_terminal=as_ancestor)
    else:
        work = put if verb == "put" else get
        work(client.open_sftp(), *arguments, report if as_ancestor else None)
    client.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
