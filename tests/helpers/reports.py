"""Reports as mail servers write them (RFC 3464)."""

import uuid


def report(
    mail: uuid.UUID,
    *,
    to: str = "office@acme.example",
    action: str = "failed",
    status: str = "5.1.1",
    diagnosis: str = "smtp; 550 5.1.1 No such user",
    returned: str = "message/rfc822",
    message_id: str | None = None,
) -> bytes:
    """A delivery status notification about `mail`, as Postfix writes it."""
    repeated = f"<{mail}@billing.example>" if message_id is None else message_id
    inner = f"From: office@acme.example\nMessage-ID: {repeated}\nSubject: Rechnung\n\n"
    text = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 16 Mar 2026 09:30:00 +0000

Final-Recipient: rfc822; eva@kunde.example
Original-Recipient: rfc822;eva@kunde.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.kunde.example
{f"Diagnostic-Code: {diagnosis}" if diagnosis else "X-None: 1"}

--b1
Content-Type: {returned}

{inner}
--b1--
"""
    return text.replace("\n", "\r\n").encode()
