"""What tests and the person at the demo decide: how payments end, how messages travel, which answers get lost."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .api import account_id
from .events import Courier
from .flows import Gone, Till
from .pages import frame, money
from .store import Body, Store

FAULTS = ("refuse", "lose", "error", "error_after", "slow")


@dataclass
class Fault:
    """`refuse` drops the connection, `lose` does so after carrying the request out; `error` and `error_after` answer `status`
    instead; `slow` carries out and answers `seconds` later."""

    kind: str
    method: str
    path: str
    times: int = 1
    seconds: float = 0
    status: int = 500


class Control:
    def __init__(self, store: Store, till: Till, courier: Courier) -> None:
        self.store, self.till, self.courier = store, till, courier
        self.faults: list[Fault] = []
        self.calls: list[Body] = []
        self.verbs: dict[str, Callable[[Body], Any]] = {
            "endpoint": self.endpoint, "mode": self.mode, "release": self.release, "send": self.send, "again": self.again,
            "fault": self.fault, "calm": self.calm, "refunds": self.refunds, "act": self.act, "event": self.event,
            "change": self.change, "calls": self.called, "events": self.events,
        }  # fmt: skip

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The first fault asked for this request, counted down."""
        for fault in self.faults:
            if fault.times > 0 and fault.method == method and re.fullmatch(fault.path, path):
                fault.times -= 1
                return fault
        return None

    # -- verbs, by POST /_control/<name> with a JSON object -------------------------------------------------------------

    def endpoint(self, given: Body) -> Body:
        """Where an account's events go: {key, url, secret}."""
        account = account_id(given["key"])
        self.courier.set_endpoint(account, given["url"], given["secret"])
        return {"account": account}

    def mode(self, given: Body) -> Body:
        """How they go: {key or account, stopped, held, times, delay}."""
        change: Body = {name: given[name] for name in ("stopped", "held", "times", "delay") if name in given}
        return self.courier.set_mode(_account(given), change)

    def release(self, given: Body) -> Body:
        return {"sent": self.courier.release(_account(given), given.get("order", "given"), given.get("times", 1))}

    def send(self, given: Body) -> Body:
        """Send these events in this order and wait: {events: [ids]} → the statuses we got."""
        return {"statuses": self.courier.send_now(given["events"])}

    def again(self, given: Body) -> Body:
        self.courier.again(given["event"], int(given.get("times", 1)), float(given.get("delay", 0)))
        return {}

    def fault(self, given: Body) -> Body:
        if given["kind"] not in FAULTS:
            raise ValueError(f"kind is one of {', '.join(FAULTS)}")
        self.faults.append(Fault(**given))
        return {}

    def calm(self, given: Body) -> Body:
        """Forget faults, and what was asked of refunds."""
        self.faults.clear()
        self.store.set("refunds", "succeeded")
        return {}

    def refunds(self, given: Body) -> Body:
        """How refunds go from now on: {outcome: succeeded, pending or failed}."""
        self.store.set("refunds", given["outcome"])
        return {}

    def act(self, given: Body) -> Body:
        """Do what a customer or a bank does: {do, id} with a session's or a refund's id. Raises Gone, ValueError."""
        verbs: dict[str, Callable[[str], Body]] = {
            "pay": self.till.pay, "debit": self.till.debit, "decline": self.till.decline, "expire": self.till.expire,
            "debit_succeeds": lambda each: self.till.settle(each, True), "debit_fails": lambda each: self.till.settle(each, False),
            "refund_succeeds": lambda each: self.till.end_refund(each, True),
            "refund_fails": lambda each: self.till.end_refund(each, False),
        }  # fmt: skip
        if given["do"] not in verbs:
            raise ValueError(f"do is one of {', '.join(verbs)}")
        return verbs[given["do"]](given["id"])

    def event(self, given: Body) -> Body:
        """Tell of anything: {key, type, object}; for types and contents a real account would hardly send."""
        return self.courier.tell(_account(given), given["type"], given["object"])

    def change(self, given: Body) -> Body:
        """Change an object behind everybody's back: {kind, id, values}."""
        body = self.store.find(given["kind"], given["id"])
        if body is None:
            raise ValueError("no such object")
        return self.store.save(body | given["values"])

    def called(self, given: Body) -> Body:
        return {"calls": self.calls}

    def events(self, given: Body) -> Body:
        """The account's events, the oldest first, each with its deliveries."""
        found = self.store.listed("event", _account(given), limit=1000)[::-1]
        for each in found:
            rows = self.store.run("SELECT state, tries, answer FROM delivery WHERE event = ? ORDER BY seq", each["id"])
            each["deliveries"] = [dict(row) for row in rows]
        return {"events": found}

    # -- the control page ----------------------------------------------------------------------------------------------

    def from_page(self, given: dict[str, str]) -> None:
        """Carry out a button of the page; what is over by now stays as it is."""
        verb, target = given.get("verb", ""), given.get("id", "")
        known: dict[str, Callable[[], Any]] = {
            "again": lambda: self.again({"event": target}),
            "twice": lambda: self.again({"event": target, "times": 2}),
            "stop": lambda: self.mode({"account": target, "stopped": True}),
            "hold": lambda: self.mode({"account": target, "held": True, "stopped": False}),
            "flow": lambda: self.mode({"account": target, "held": False, "stopped": False, "times": 1}),
            "doubled": lambda: self.mode({"account": target, "times": 2}),
            "release": lambda: self.release({"account": target}),
            "reversed": lambda: self.release({"account": target, "order": "reversed"}),
            "refunds": lambda: self.refunds({"outcome": target}),
        }
        try:
            known.get(verb, lambda: self.act({"do": verb, "id": target}))()
        except (Gone, ValueError):
            return

    def page(self, links: list[tuple[str, str]]) -> str:
        outcome = self.store.setting("refunds", "succeeded")
        outcomes = "".join(
            _button("refunds", each, f"Refunds: {each}")
            for each in ("succeeded", "pending", "failed")
            if each != outcome
        )
        elsewhere = " · ".join(f'<a href="{html.escape(url)}">{html.escape(label)}</a>' for label, url in links)
        inside = (
            f'<div class="card stack"><h1>Sandbox of the payment provider</h1><p class="note">No money moves here.</p><p>{elsewhere}</p>'
            f'<p><a href="/">Show the newest</a></p><p>Refunds asked for from now on: <strong>{outcome}</strong></p>'
            f'<div class="row">{outcomes}</div></div>{self._accounts()}{self._sessions()}{self._refunds()}{self._events()}'
        )
        return frame("Sandbox", inside, wide=True)

    def _accounts(self) -> str:
        rows = []
        for row in self.store.run("SELECT account, url FROM endpoint ORDER BY account"):
            mode, target = self.courier.mode(row["account"]), row["account"]
            state = (
                "stopped"
                if mode["stopped"]
                else "held back"
                if mode["held"]
                else f"sent {mode['times']} times"
                if mode["times"] > 1
                else "sent"
            )
            held = self.store.run("SELECT count(*) AS n FROM delivery WHERE account = ? AND state = 'held'", target)[0][
                "n"
            ]
            verbs = {"flow": "Send", "stop": "Stop sending", "doubled": "Send each twice", "hold": "Hold back"}
            verbs |= {"release": f"Send the {held} held", "reversed": "Send held, reversed"} if held else {}
            buttons = "".join(_button(verb, target, label) for verb, label in verbs.items())
            rows.append([f"<code>{target}</code>", f"<code>{html.escape(row['url'])}</code>", state, buttons])
        return _table("Webhooks", ["Account", "Address", "Messages are", ""], rows)

    def _sessions(self) -> str:
        rows = []
        for page in self.store.listed("checkout.session", limit=50):
            verbs = {"expire": "Expire now"} if page["status"] == "open" else {}
            paid = self.store.find("payment_intent", page["payment_intent"] or "")
            if paid and paid["status"] == "processing":
                verbs = {"debit_succeeds": "Debit succeeds", "debit_fails": "Debit fails"}
            buttons = "".join(_button(verb, page["id"], label) for verb, label in verbs.items())
            state = f"{page['status']}, {page['payment_status']}" + (
                f"<br><span class=soft>{paid['status']}</span>" if paid else ""
            )
            link = f'<br><a href="/c/pay/{page["id"]}">Page</a>' if page["status"] == "open" else ""
            amount = money(page["amount_total"], page["currency"])
            rows.append(
                [
                    f"<code>{page['id']}</code>{link}",
                    html.escape(page["client_reference_id"] or ""),
                    amount,
                    state,
                    buttons,
                ]
            )
        return _table("Payment pages", ["Session", "Reference", "Amount", "State", ""], rows)

    def _refunds(self) -> str:
        rows = []
        for given in self.store.listed("refund", limit=50):
            verbs = {"refund_succeeds": "Succeeds"} if given["status"] == "pending" else {}
            verbs |= {"refund_fails": "Refund fails"} if given["status"] != "failed" else {}
            buttons = "".join(_button(verb, given["id"], label) for verb, label in verbs.items())
            rows.append(
                [f"<code>{given['id']}</code>", money(given["amount"], given["currency"]), given["status"], buttons]
            )
        return _table("Refunds", ["Refund", "Amount", "State", ""], rows)

    def _events(self) -> str:
        rows = []
        for event in self.store.listed("event", limit=60):
            sent = self.store.run("SELECT state, tries, answer FROM delivery WHERE event = ? ORDER BY seq", event["id"])
            told = (
                "<br>".join(html.escape(f"{row['state']} {row['answer']} ({row['tries']})") for row in sent)
                or "nobody to send it to"
            )
            buttons = _button("again", event["id"], "Send again") + _button("twice", event["id"], "Send twice")
            rows.append([f"{event['type']}<br><code>{event['id']}</code>", told, buttons])
        return _table("Events", ["Event", "Sent", ""], rows)


def _account(given: Body) -> str:
    return str(given["account"]) if "account" in given else account_id(given["key"])


def _button(verb: str, target: str, label: str) -> str:
    return (
        f'<form method="post" action="/"><input type="hidden" name="id" value="{html.escape(target)}">'
        f'<button name="verb" value="{verb}">{html.escape(label)}</button></form>'
    )


def _table(title: str, heads: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return f'<div class="card"><h2>{title}</h2><p class="soft">None yet.</p></div>'
    head = "".join(f'<th scope="col">{name}</th>' if name else "<td></td>" for name in heads)
    cells = [[*(f"<td>{cell}</td>" for cell in row[:-1]), f'<td><div class="row">{row[-1]}</div></td>'] for row in rows]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    return f'<div class="card"><h2>{title}</h2><div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>'
