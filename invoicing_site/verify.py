"""The separate verifier: recomputes hash chains from bytes, trusting neither triggers nor the code that wrote them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from django.db import connection

from invoicing_site import crypto
from invoicing_site.models import Checkpoint, Company, Seal, SealHead


@dataclass(frozen=True, slots=True)
class Link:
    """One record: its name and subject, the hash its content gives (None: content unreadable), what is stored before and here."""

    name: str
    kind: str
    subject: str
    expected: bytes | None
    previous: bytes
    stored: bytes


@dataclass(slots=True)
class Chain:
    name: str
    head: bytes
    length: int
    links: Iterator[Link]
    start: bytes = b""


@dataclass(frozen=True, slots=True)
class Problem:
    chain: str
    kind: str
    subject: str
    text: str


def problems_of(chain: Chain) -> Iterator[Problem]:
    """The first record that does not follow from the one before it, and whether the head is the last record's hash."""
    before = chain.start
    for link in chain.links:
        if link.previous != before or link.expected != link.stored:
            yield Problem(chain.name, link.kind, link.subject, f"{link.name}: content or order was altered")
            return
        before = link.stored
    if before != chain.head:
        yield Problem(chain.name, "", "", "the last records are missing: the head says otherwise")


def event_chain(number: int, head: SealHead) -> Chain:
    """The chain of one company's events (0: the installation's)."""
    return Chain(
        name=f"events:{number}",
        head=bytes(head.hash),
        length=head.seq,
        links=_event_links(number),
        start=hashlib.sha256(b"").digest(),
    )


def _event_links(number: int) -> Iterator[Link]:
    before, expected_seq = hashlib.sha256(b"").digest(), 1
    sql = """SELECT s.seq, s.hash, event_content(e), e.uuid, e.type, coalesce(e.company_id, 0) FROM invoicing_site_seal s
      JOIN invoicing_site_event e ON e.id = s.event_id WHERE s.chain = %s ORDER BY s.seq"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        for seq, stored, content, uuid, kind, chain in cursor:
            fits = seq == expected_seq and chain == number
            computed = hashlib.sha256(before + content.encode()).digest() if fits else None
            yield Link(f"event {seq} ({kind})", "event", str(uuid), computed, before, bytes(stored))
            before, expected_seq = bytes(stored), seq + 1


def unsealed() -> Iterator[Problem]:
    """Events without a seal: written while the trigger was off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.uuid, e.type FROM invoicing_site_event e LEFT JOIN invoicing_site_seal s ON s.event_id = e.id WHERE s.id IS NULL"
        )
        for uuid, kind in cursor.fetchall():
            yield Problem("events", "event", str(uuid), f"{kind} has no seal")


def checkpoint_message(chain: str, seq: int, digest: bytes) -> bytes:
    return f"{chain}\n{seq}\n{digest.hex()}".encode()


def against_checkpoints(checkpoints: Iterator[tuple[str, int, bytes, bytes]]) -> Iterator[Problem]:
    """Checkpoints (from the table or a file kept outside) whose signature is false, or whose record is gone or different."""
    for chain, seq, digest, signature in checkpoints:
        try:
            crypto.signer().public_key().verify(signature, checkpoint_message(chain, seq, digest))
        except InvalidSignature:
            yield Problem(chain, "", "", f"checkpoint {seq} has a false signature")
            continue
        if seq and hash_at(chain, seq) != digest:
            yield Problem(chain, "", "", f"record {seq} is gone or different from its checkpoint")


def hash_at(chain: str, seq: int) -> bytes | None:
    """The stored hash of record `seq` of an event chain, or of a document chain by its number's position."""
    from django.utils.module_loading import import_string

    from invoicing_site.wiring import CHAIN_RECORD

    if chain.startswith("events:"):
        row = Seal.objects.filter(chain=int(chain.removeprefix("events:")), seq=seq).first()
        return bytes(row.hash) if row else None
    found: bytes | None = import_string(CHAIN_RECORD)(chain, seq)
    return found


def stored_checkpoints() -> Iterator[tuple[str, int, bytes, bytes]]:
    for row in Checkpoint.objects.order_by("pk").iterator():
        yield row.chain, row.seq, bytes(row.hash), bytes(row.signature)


def all_chains() -> Iterator[Chain]:
    """Every chain of the installation: events first, then what the floors above keep (wiring.CHAINS)."""
    from django.utils.module_loading import import_string

    from invoicing_site.wiring import CHAINS

    for head in SealHead.objects.order_by("pk"):
        yield event_chain(head.pk, head)
    for company in Company.objects.order_by("pk"):
        for path in CHAINS:
            yield from import_string(path)(company)
