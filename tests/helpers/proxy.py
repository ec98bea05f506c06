"""A relay between two sockets that can go silent: connections stay, nothing passes (a half-open network)."""

import select
import socket
import threading
from contextlib import suppress
from pathlib import Path


class Relay:
    """Listens at the socket file `here` and passes bytes to and from `there` while `speaking`."""

    def __init__(self, here: Path, there: str) -> None:
        self.there, self.speaking = there, True
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(here))
        self.listener.listen(64)
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def cut(self) -> None:
        """Forget the connections there are, as a new process would find it."""
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for one in pair:
                one.close()

    def close(self) -> None:
        self.ended.set()
        self.thread.join()
        self.cut()
        self.listener.close()

    def _work(self) -> None:
        while not self.ended.is_set():
            pairs = list(self.pairs)
            ends = {one: other for a, b in pairs for one, other in ((a, b), (b, a))} if self.speaking else {}
            with suppress(OSError, ValueError):  # a connection was closed or cut under us
                for ready in select.select([self.listener, *ends], [], [], 0.05)[0]:
                    if ready is self.listener:
                        self._accept()
                    else:
                        self._pass(ready, ends[ready])

    def _accept(self) -> None:
        near, far = self.listener.accept()[0], socket.socket(socket.AF_UNIX)
        far.connect(self.there)
        self.pairs.append((near, far))

    def _pass(self, ready: socket.socket, other: socket.socket) -> None:
        data = ready.recv(65536)
        if data:
            other.sendall(data)
            return
        self.pairs = [pair for pair in self.pairs if ready not in pair]
        ready.close()
        other.close()
