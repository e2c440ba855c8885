"""One thread that watches every descriptor and timer of the lab, and a few workers for what blocks.

Callbacks of the reactor must be short and never take `cloud.lock`: a request that holds the lock may
be waiting for an event that only the reactor delivers. What needs the lock goes to the workers.
"""

from __future__ import annotations

import heapq
import itertools
import os
import selectors
import socket
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable


class Reactor:
    def __init__(self, workers: int = 16) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._drain)
        self._timers: list[tuple[float, int, Callable[[], Any]]] = []
        self._order = itertools.count()
        self._lock = threading.RLock()
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="reactor")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._wake()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def watch(self, source: socket.socket, callback: Callable[[], Any]) -> None:
        """Calls back whenever `source` can be read (or accepted from)."""
        with self._lock:
            self._selector.register(source, selectors.EVENT_READ, callback)
        self._wake()

    def forget(self, source: socket.socket) -> None:
        """Stops watching. After this returns no callback for `source` runs or will run."""
        with self._lock:
            try:
                self._selector.unregister(source)
            except (KeyError, ValueError):
                return

    def later(self, seconds: float, work: Callable[[], Any]) -> None:
        """Runs `work` on a worker after a while."""
        if seconds <= 0:
            self.soon(work)
            return
        with self._lock:
            heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), work))
        self._wake()

    def soon(self, work: Callable[[], Any]) -> None:
        """Runs `work` on a worker."""
        if not self._stopped:
            self._workers.submit(_guarded, work)

    def _run(self) -> None:
        while not self._stopped:
            events = self._selector.select(self._patience())
            for key, _ in events:
                with self._lock:  # so that forget() is a promise
                    if self._selector.get_map().get(key.fd) is not None:
                        _guarded(key.data)
            self._fire_timers()

    def _patience(self) -> float | None:
        with self._lock:
            if not self._timers:
                return None
            return max(0.0, self._timers[0][0] - time.monotonic())

    def _fire_timers(self) -> None:
        now = time.monotonic()
        with self._lock:
            while self._timers and self._timers[0][0] <= now:
                self.soon(heapq.heappop(self._timers)[2])

    def _wake(self) -> None:
        try:
            os.write(self._wake_write, b"x")
        except BlockingIOError:
            return  # there is a wake-up under way already

    def _drain(self) -> None:
        os.read(self._wake_read, 4096)


def _guarded(work: Callable[[], Any]) -> None:
    """Nothing that goes wrong in one callback may end the reactor or vanish."""
    try:
        work()
    except Exception:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
