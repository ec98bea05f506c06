"""Nouns of the ground floor: people, companies, events, keys, files."""

from invoicing_site.models.access import BreakGlass
from invoicing_site.models.approval import ApprovalPolicy, ApprovalRequest
from invoicing_site.models.blob import Blob
from invoicing_site.models.company import BankAccount, Company
from invoicing_site.models.datakey import DataKey
from invoicing_site.models.device import AuthenticatorDevice
from invoicing_site.models.event import Checkpoint, Delivery, Event, Seal, SealHead
from invoicing_site.models.exception import PeriodException
from invoicing_site.models.heartbeat import Heartbeat
from invoicing_site.models.idempotency import Idempotency
from invoicing_site.models.link import Link
from invoicing_site.models.mail import Mail, MailTemplate, Sender, StoppedAddress
from invoicing_site.models.membership import Invitation, Membership
from invoicing_site.models.period import Period
from invoicing_site.models.user import User

__all__ = [
    "ApprovalPolicy",
    "ApprovalRequest",
    "AuthenticatorDevice",
    "BankAccount",
    "Blob",
    "BreakGlass",
    "Checkpoint",
    "Company",
    "DataKey",
    "Delivery",
    "Event",
    "Heartbeat",
    "Idempotency",
    "Invitation",
    "Link",
    "Mail",
    "MailTemplate",
    "Membership",
    "Period",
    "PeriodException",
    "Seal",
    "SealHead",
    "Sender",
    "StoppedAddress",
    "User",
]
