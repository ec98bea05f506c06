"""Work of somebody who leaves goes on under another name."""

import datetime as dt

from billing.models import Document
from billing.states import DocumentState
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company, User


@action
def documents(*, company: Company, leaver: User, heir: User | None, actor: User | None, at: dt.datetime) -> None:
    """Assign the leaver's drafts and open documents to `heir`. Raises member.successor when there are some and no heir.

    Runs inside people.end_membership; `assignee` is one of the few columns an issued document may change.
    """
    mine = Document.objects.for_company(company).filter(assignee=leaver)
    left = mine.filter(state=DocumentState.DRAFT) | mine.filter(state=DocumentState.ISSUED, open_amount__gt=0)
    if heir is None:
        if left.exists():
            raise BusinessError("member.successor", "successor")
        return
    left.update(assignee=heir)
