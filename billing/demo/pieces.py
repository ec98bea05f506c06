"""Special cases: every state a document can be in is told once on purpose, whatever chance does to the others.

What is paid on them is told in payments/demo/pieces.py under the same names.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing.demo.catalogue import Catalogue
from billing.demo.sale import Item, Sale
from invoicing_site.demo_world.world import Firm, World

D = Decimal


@dataclass(frozen=True)
class Piece:
    """`who` begins the customer's name, `ago` days before today (the working day before), `more` are fields of Sale."""

    name: str
    who: str
    ago: int
    items: tuple[Item, ...]
    more: dict[str, Any] = field(default_factory=dict)


def signs(rooms: int) -> tuple[Item, ...]:
    """One engraved sign for each room: a document of many lines."""
    return tuple(
        Item(
            "LS-540", D(1), (f"Zimmer {floor}{room:02}", f"Room {floor}{room:02}"), percent=D(5) if room == 1 else D(0)
        )
        for floor in range(1, 7)
        for room in range(1, rooms // 6 + 1)
    )


DELIVERED: dict[str, Any] = {"delivered": True}
CHARGES = (
    ("Mengenrabatt", "Volume discount", False, D("7.5"), D(0)),
    ("Verpackung und Versand", "Packing and shipping", True, None, D("0.15")),
)

BERLIN = (
    Piece("late-value", "Weingut", 140, (Item("LS-510", D(400)), Item("LS-500", D(1500)))),
    Piece("forgotten", "Technische", 122, (Item("LS-100", D(2)), Item("LS-110", D("11.5"))), DELIVERED),
    Piece("double", "Zeltler", 112, (Item("LS-230", D(2)), Item("LS-240", D(64), percent=D(10))), DELIVERED),
    Piece("partly-rest", "Spreekanal", 97, (Item("LS-120", D(1)), Item("LS-200", D(38))), DELIVERED),
    Piece("refund-bounced", "Kita", 88, (Item("LS-220", D(6)), Item("LS-420", D(6))), DELIVERED),
    Piece("over", "Museum", 76, (Item("LS-520", D(120)), Item("LS-400", D("14.5"))), DELIVERED),
    Piece("crossed", "Brightwater", 70, (Item("LS-300", D(46)), Item("LS-310", D("61.25")))),
    Piece("right", "Alpenglück", 67, (Item("LS-200", D(22)), Item("LS-210", D("9.75"))), DELIVERED),
    Piece("wrong", "Alpenglück", 64, (Item("LS-200", D(22)), Item("LS-420", D(3)))),
    Piece("many", "Maison", 58, (Item("LS-120", D(1)),), DELIVERED),
    Piece("many", "Maison", 55, (Item("LS-410", D(5240)),), DELIVERED),
    Piece("many", "Maison", 52, (Item("LS-510", D(800)),), DELIVERED),
    Piece("partly", "Stadtwerke", 50, (Item("LS-530", D(4)), Item("LS-200", D("31.5"))), DELIVERED),
    Piece("cancelled", "Fjordhus", 45, (Item("LS-300", D(20)), Item("LS-330", D(3)))),
    Piece("crossed-part", "Thornbury", 40, (Item("LS-110", D(16)), Item("LS-130", D(1))), DELIVERED),
    Piece("", "Havelblick", 36, signs(120), DELIVERED),
    Piece("cash", "Katharina", 33, (Item("LS-520", D(2)), Item("LS-500", D(250)))),
    Piece("", "Nordlicht", 31, (Item("LS-240", D(3), ("Musterbilder", "Samples"), percent=D(100)),), {"opening": ("Muster, kostenlos:", "")}),
    Piece("", "Buchhandlung", 26, (Item("LS-520", D(30)), Item("LS-520", D(-4), ("Rückgabe beschädigt", "Damaged, returned")))),
    Piece("", "Kastanienhof", 20, (Item("LS-510", D(2500)), Item("LS-520", D(300))), {"end": "void"}),
    Piece("", "Aozora", 18, (Item("LS-220", D(8)), Item("LS-420", D(8)))),
    Piece("", "Grünwerk", 15, (Item("LS-530", D(3)), Item("LS-510", D(1200))), {"allowances": CHARGES}),
    Piece("", "Al Noor", 13, (Item("LS-510", D(600)), Item("LS-500", D(2000), percent=D("2.5")))),
    Piece("", "Officina", 9, (Item("LS-300", D(12)),), {"end": "deleted"}),
    Piece("", "Emil", 6, (Item("LS-520", D(1)),), {"end": "draft"}),
    Piece("", "Éditions", 4, (Item("LS-220", D(14)), Item("LS-400", D(22)), Item("LS-420", D(14))), {"end": "draft"}),
)  # fmt: skip

NEW_YORK = (
    Piece("late-value", "Old North", 138, (Item("HP-250", D(1)), Item("HP-410", D(3)))),
    Piece("forgotten", "Coney", 124, (Item("HP-220", D(18)), Item("HP-430", D(1))), DELIVERED),
    Piece("double", "Tribeca", 109, (Item("HP-210", D(4)), Item("HP-420", D(1))), DELIVERED),
    Piece("partly-rest", "Lakefront", 99, (Item("HP-230", D(26)), Item("HP-250", D(1))), DELIVERED),
    Piece("refund-bounced", "Mesa", 90, (Item("HP-220", D(8)), Item("HP-130", D(2))), DELIVERED),
    Piece("over", "Astoria", 74, (Item("HP-240", D(12)), Item("HP-400", D("18.5"))), DELIVERED),
    Piece("crossed", "Kensington", 71, (Item("HP-200", D(2)), Item("HP-430", D(1)))),
    Piece("right", "Cascadia", 68, (Item("HP-240", D(30)), Item("HP-310", D(30))), DELIVERED),
    Piece("wrong", "Cascadia", 62, (Item("HP-240", D(24)), Item("HP-430", D(2)))),
    Piece("many", "Bleecker", 59, (Item("HP-240", D(9)),), DELIVERED),
    Piece("many", "Bleecker", 54, (Item("HP-400", D(16)),), DELIVERED),
    Piece("many", "Bleecker", 51, (Item("HP-320", D(3)),), DELIVERED),
    Piece("partly", "Harlem", 49, (Item("HP-220", D(12)), Item("HP-410", D(2))), DELIVERED),
    Piece("cancelled", "Priya", 44, (Item("HP-210", D(1)),)),
    Piece("crossed-part", "Isarufer", 41, (Item("HP-230", D(40)), Item("HP-430", D(1))), DELIVERED),
    Piece("cash", "Marcus", 32, (Item("HP-240", D(2)), Item("HP-420", D(1)))),
    Piece("", "Red Hook", 27, (Item("HP-300", D(140)), Item("HP-300", D(-12), ("returned, warped", "")))),
    Piece("", "Greenpoint", 21, (Item("HP-230", D(12)),), {"end": "void"}),
    Piece("", "Kitano", 17, (Item("HP-200", D(1)), Item("HP-430", D(1)))),
    Piece("", "Pelican", 14, (Item("HP-220", D(24)), Item("HP-430", D(2))), {"allowances": CHARGES}),
    Piece("", "Gulf Pearl", 12, (Item("HP-230", D(18), percent=D("12.5")), Item("HP-330", D(500)))),
    Piece("", "Queensboro", 8, (Item("HP-240", D(6)),), {"end": "deleted"}),
    Piece("", "Eleanor", 5, (Item("HP-210", D(1)), Item("HP-420", D(1))), {"end": "draft"}),
    Piece("", "Gansevoort", 3, (Item("HP-250", D(1)), Item("HP-410", D(2)), Item("HP-400", D(40))), {"end": "draft"}),
)  # fmt: skip

PIECES = {"berlin": BERLIN, "newyork": NEW_YORK}


def special(world: World, firm: Firm, catalogue: Catalogue) -> list[Sale]:
    """The firm's special cases."""
    return [_sale(world, firm, piece) for piece in PIECES[firm.key]]


def _sale(world: World, firm: Firm, piece: Piece) -> Sale:
    customer = next(each for each in firm.customers if each.name.startswith(piece.who))
    day = world.ago(piece.ago)
    supplied = day - dt.timedelta(days=3)
    return Sale(customer, day, piece.items, **{"piece": piece.name or "open", "supply": (None, supplied), **piece.more})
