"""An SFTP server beside the test, with a key of its own, one user, and a folder as its root."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "acme", "correct horse"


@dataclass
class Server:
    port: int
    host_key: str
    root: Path
    sign_ins: list[str]
    cut: bool = False


class _Door(asyncssh.SSHServer):
    def __init__(self, told: Server, key: str) -> None:
        self.told, self.key = told, key

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.told.sign_ins.append(username)
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return bool(self.key)

    def validate_public_key(self, username: str, key: Any) -> bool:
        self.told.sign_ins.append(username)
        return username == USER and key.export_public_key().decode().strip() == self.key


class _Files(asyncssh.SFTPServer):
    told: Server

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        """With `cut` the file is in place, and the answer is lost."""
        found = super().rename(oldpath, newpath)
        if self.told.cut:
            self.channel.get_connection().abort()
        return found


@contextmanager
def sftp_server(root: Path, client_key: str = "") -> Iterator[Server]:
    """Runs until the block ends; `client_key` is the public key the user may sign in with."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    told = Server(0, key.export_public_key().decode().strip(), root, [])
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    class Files(_Files):
        def __init__(self, chan: Any) -> None:
            super().__init__(chan, chroot=str(root))

    Files.told = told

    async def serve() -> None:
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[key],
            server_factory=lambda: _Door(told, client_key),
            sftp_factory=Files,
            config=None,
        )
        told.port = listener.get_port()
        ready.set()
        await stop.wait()
        listener.close()
        await listener.wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    try:
        yield told
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()
