"""Files on an SFTP server whose key is known before: written aside, then renamed, so that nobody there sees half a file."""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncssh

from billing.transmission.base import Refused, Unreachable
from invoicing_site import secrets
from invoicing_site.context import refuse_in_action

CONNECT, WHOLE = 10, 60  # seconds
KEY = "-----BEGIN"


@dataclass(frozen=True)
class SftpCarrier:
    """`secret` is a reference of the company at `owner` to a password or a private key, `host_key` the server's public key in OpenSSH's one-line form."""

    host: str
    port: int
    username: str
    secret: str
    owner: str
    host_key: str
    folder: str = ""

    def send(self, xml: bytes, name: str) -> str:
        """See `Carrier.send`. A file of that name with the same content counts as delivered, with other content is refused."""
        refuse_in_action("an SFTP transfer")
        options = self._options()
        try:
            return asyncio.run(asyncio.wait_for(self._put(xml, name, options), WHOLE))
        except asyncssh.HostKeyNotVerifiable:
            raise Refused("transmission.host_key") from None
        except asyncssh.PermissionDenied:
            raise Refused("transmission.sign_in") from None
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            raise Refused("transmission.folder") from None
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise Unreachable(type(error).__name__) from None

    def _options(self) -> dict[str, Any]:
        """How to sign in, and whom to believe: the pinned key alone, no agent, no configuration or key of the machine's user."""
        try:
            secret = secrets.fetch(self.secret, self.owner)
            trusted = asyncssh.import_public_key(self.host_key.strip())
            keys = [asyncssh.import_private_key(secret)] if secret.startswith(KEY) else None
        except secrets.SecretMissing:
            raise Refused("transmission.secret") from None
        except (asyncssh.KeyImportError, ValueError):
            raise Refused("transmission.key") from None
        return {
            "known_hosts": ([trusted], [], []),
            "client_keys": keys,
            "password": None if keys else secret,
            "agent_path": None,
            "config": None,
            "connect_timeout": CONNECT,
            "login_timeout": CONNECT,
            "gss_host": None,
        }

    async def _put(self, xml: bytes, name: str, options: dict[str, Any]) -> str:
        final = f"{self.folder.rstrip('/')}/{name}" if self.folder else name
        part = f"{final}.part"
        async with (
            asyncssh.connect(self.host, self.port, username=self.username, **options) as link,
            link.start_sftp_client() as sftp,
        ):
            there = await _content(sftp, final)
            if there is not None and there != xml:
                raise Refused("transmission.other_file")
            if there is None:
                async with sftp.open(part, "wb") as file:
                    await file.write(xml)
                if (await sftp.stat(part)).size != len(xml):
                    raise Unreachable("ShortFile")
                await sftp.rename(part, final)
        digest = hashlib.sha256(xml).hexdigest()
        return f"{self.host}: {name}, {len(xml)} bytes, SHA-256 {digest[:16]}…"


async def _content(sftp: Any, path: str) -> bytes | None:
    with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        async with sftp.open(path, "rb") as file:
            found: bytes = await file.read()
            return found
    return None
