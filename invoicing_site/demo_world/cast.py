"""Who is in the demo: two companies and their people. Addresses are invented, numbers only valid by their check digits."""

from typing import Any, NamedTuple

from invoicing_site.states import Role


class Person(NamedTuple):
    role: str
    name: str
    email: str


class Script(NamedTuple):
    """`details` are columns of Company, `banks` of its accounts; `invited` is the open invitation."""

    key: str
    details: dict[str, Any]
    banks: tuple[dict[str, Any], ...]
    logo: tuple[str, str, str]
    people: tuple[Person, ...]
    invited: str


BERLIN = Script(
    key="berlin",
    details={
        "slug": "lindenhof", "name": "Lindenhof Studio", "legal_name": "Lindenhof Studio GmbH", "line1": "Oranienstraße 183",
        "line2": "Hof 3, Aufgang C", "postcode": "10999", "city": "Berlin", "country": "DE", "time_zone": "Europe/Berlin",
        "currency": "EUR", "language": "de", "net_days": 14, "vat_id": "DE952601815", "tax_number": "37/412/20965",
        "register": "HRB 218744 B, Amtsgericht Charlottenburg", "managers": "Mara Lindner",
        "email": "rechnung@lindenhof.example", "phone": "+49 30 23125 470", "website": "www.lindenhof.example", "contact_name": "Aylin Demir",
        "document_notes": "Vielen Dank für Ihren Auftrag. Bei Fragen zur Rechnung: rechnung@lindenhof.example",
    },
    banks=(
        {
            "label": "Geschäftskonto", "holder": "Lindenhof Studio GmbH", "iban": "DE02120300000000202051",
            "bic": "BYLADEM1001", "bank_name": "Deutsche Kreditbank", "currency": "EUR",
        },
        {
            "label": "Dollarkonto", "holder": "Lindenhof Studio GmbH", "iban": "DE89370400440532013000",
            "bic": "COBADEFFXXX", "bank_name": "Commerzbank", "currency": "USD",
        },
    ),
    logo=("leaf", "Lindenhof Studio", "#2f6b3c"),
    people=(
        Person(Role.OWNER, "Mara Lindner", "mara.lindner@lindenhof.example"),
        Person(Role.ACCOUNTANT, "Jonas Weber", "jonas.weber@lindenhof.example"),
        Person(Role.CLERK, "Aylin Demir", "aylin.demir@lindenhof.example"),
        Person(Role.AUDITOR, "Henrike Voss", "henrike.voss@voss-pruefung.example"),
    ),
    invited="tobias.reimann@lindenhof.example",
)  # fmt: skip

NEW_YORK = Script(
    key="newyork",
    details={
        "slug": "harbor-pine", "name": "Harbor & Pine", "legal_name": "Harbor & Pine LLC", "line1": "147 Van Brunt Street",
        "line2": "Floor 2", "postcode": "11231", "city": "Brooklyn", "region": "NY", "country": "US",
        "time_zone": "America/New_York", "currency": "USD", "language": "en", "net_days": 30, "tax_number": "81-5919231",
        "managers": "Grace Whitfield", "email": "billing@harborandpine.example", "phone": "+1 212 555 0147",
        "website": "www.harborandpine.example",
        "document_notes": "Thank you for your business. Please quote the invoice number with your payment.",
    },
    banks=(
        {
            "label": "Operating account", "holder": "Harbor & Pine LLC", "account_number": "000123456789",
            "routing_number": "110000000", "bank_name": "Hudson Valley Savings Bank", "currency": "USD",
        },
        {
            "label": "Euro account", "holder": "Harbor & Pine LLC", "iban": "IE29AIBK93115212345678", "bic": "AIBKIE2D",
            "bank_name": "Allied Irish Banks", "currency": "EUR",
        },
    ),
    logo=("pine", "Harbor & Pine", "#1d4459"),
    people=(
        Person(Role.OWNER, "Grace Whitfield", "grace@harborandpine.example"),
        Person(Role.ACCOUNTANT, "Daniel Okafor", "daniel@harborandpine.example"),
        Person(Role.CLERK, "Mia Castellano", "mia@harborandpine.example"),
        Person(Role.AUDITOR, "Robert Hale", "robert.hale@hale-audit.example"),
    ),
    invited="noah@harborandpine.example",
)  # fmt: skip

SCRIPTS = (BERLIN, NEW_YORK)
PLATFORM_ADMIN = ("platform@installation.example", "Sam Keller")
