"""Whom Harbor & Pine builds for."""

from typing import Any

from clients.demo.customer import Customer, company, person

US: dict[str, Any] = {"currency": "USD", "language": "en"}
NYC = US | {"taxed": "local"}
AWAY = US | {"taxed": "away"}
OVERSEAS: dict[str, Any] = {"language": "en", "taxed": "away"}

CUSTOMERS: tuple[Customer, ...] = (
    company("Gansevoort Hospitality Group LLC", "60 Gansevoort Street|10014|New York|US|NY", "Victor Amato|Accounts payable|ap@gansevoorthospitality.example",
            "EIN 93-3088904", delivery="221 West 14th Street|10011|New York|US|NY", erp="QuickBooks 1047", weight=6, pays="collects", monthly=True,
            notes="Pays by one transfer twice a month; remittance advice comes by e-mail.", **NYC),
    company("Bleecker Street Books Inc.", "308 Bleecker Street|10014|New York|US|NY", "Nora Feldman|Owner|nora@bleeckerstreetbooks.example",
            pays="cheque", weight=2, **NYC),
    company("Astoria Family Dental PLLC", "31-14 Steinway Street|11103|Astoria|US|NY", "Dr. Elena Pappas|Practice manager|office@astoriadental.example",
            "EIN 39-5380950", **NYC),
    company("Greenpoint Roasters LLC", "94 Franklin Street|11222|Brooklyn|US|NY", "Jake Sobczak|Operations|jake@greenpointroasters.example",
            "EIN 16-2137297", erp="QuickBooks 1052", weight=4, monthly=True, **NYC),
    company("Tribeca Legal Partners LLP", "145 Hudson Street|10013|New York|US|NY", "Miriam Stein|Office manager|billing@tribecalegal.example",
            "EIN 81-8909055", pays="prompt", weight=3, **NYC),
    company("Harlem Community Arts Foundation", "261 West 125th Street|10027|New York|US|NY", "Denise Carter|Finance director|finance@harlemarts.example",
            "EIN 90-9724590", pays="late", notes="Tax exempt: certificate ST-119.1 on file.", **US | {"taxed": "exempt"}, weight=3),
    company("Queensboro Public Charter School", "29-10 Thomson Avenue|11101|Long Island City|US|NY",
            "Luis Ortega|Business office|business@queensborocharter.example",
            net_days=45, **US | {"taxed": "exempt"}, weight=2),
    company("Coney Island Amusements Corp.", "1208 Surf Avenue|11224|Brooklyn|US|NY", "Sal Romano|Facilities|facilities@coneyamusements.example",
            "EIN 58-7424620", pays="late", weight=3, **NYC),
    company("Red Hook Ceramics LLC", "481 Van Brunt Street|11231|Brooklyn|US|NY", "Ana Lucia Braga|Studio|studio@redhookceramics.example",
            pays="prompt", **NYC),
    company("Montauk Yacht Outfitters Inc.", "12 Star Island Road|11954|Montauk|US|NY", "Chip Lawson|Purchasing|orders@montaukyacht.example",
            weight=2, since=2, **AWAY),
    company("Lakefront Brewing Co.", "2115 West Fulton Street|60612|Chicago|US|IL", "Beth Nowak|Accounts payable|ap@lakefrontbrewing.example",
            "EIN 16-1182991", weight=3, **AWAY),
    company("Cascadia Outfitters Inc.", "1501 Western Avenue|98101|Seattle|US|WA", "Kenji Mori|Store design|storedesign@cascadia.example",
            "EIN 86-9569204", erp="QuickBooks 1061", weight=4, monthly=True, **AWAY),
    company("Pelican Bay Resorts LLC", "8900 Vanderbilt Drive|34108|Naples|US|FL", "Rosa Delgado|Procurement|procurement@pelicanbay.example",
            delivery="40 Seagate Drive|34103|Naples|US|FL", weight=4, pays="collects", **AWAY),
    company("Old North Savings Bank", "53 State Street|02109|Boston|US|MA", "Thomas Keane|Facilities|invoices@oldnorthbank.example",
            pays="cheque", weight=3, net_days=45, **AWAY),
    company("Mesa Verde Clinics PA", "400 Galisteo Street|87501|Santa Fe|US|NM", "Dr. Ruth Begay|Administration|admin@mesaverdeclinics.example",
            since=3, **AWAY),
    company("Savannah Textile Works Inc.", "620 Indian Street|31401|Savannah|US|GA", "Walter Pruitt|Accounts payable|ap@savannahtextile.example",
            pays="late", until=11, **AWAY),
    person("Eleanor Brooks", "88 Remsen Street|11201|Brooklyn|US|NY", "eleanor.brooks@mail.example", pays="cheque", **NYC),
    person("Marcus Reyes", "415 East 6th Street|10009|New York|US|NY", "marcus.reyes@mail.example", pays="cash", **NYC),
    person("Priya Raman", "30 Montgomery Street|07302|Jersey City|US|NJ", "priya.raman@mail.example", **AWAY),
    company("Maple Harbour Interiors Inc.", "401 Richmond Street West|M5V 3A8|Toronto|CA|ON", "Claire Dubois|Purchasing|purchasing@mapleharbour.example",
            "BN 164137739RC0001", since=4, **AWAY),
    company("Kensington Row Interiors Ltd", "9 Thurloe Place|SW7 2RZ|London|GB", "Imogen Hart|Accounts|accounts@kensingtonrow.example",
            "VAT GB951666149", currency="GBP", weight=3, **OVERSEAS),
    company("Isarufer Gastronomie GmbH", "Zweibrückenstraße 8|80331|München|DE", "Franziska Bauer|Geschäftsführung|rechnung@isarufer.example",
            "VAT DE955706360", currency="EUR", weight=2, **OVERSEAS),
    company("Atelier Rochelle SARL", "5 rue Saint-Nicolas|17000|La Rochelle|FR", "Paul Garnier|Gérant|compta@atelierrochelle.example",
            "VAT FR20962316568", currency="EUR", pays="prompt", since=2, **OVERSEAS),
    company("Grachtenhuis Hotels B.V.", "Herengracht 180|1016 BR|Amsterdam|NL", "Femke Visser|Finance|finance@grachtenhuis.example",
            "VAT NL890762842B01", currency="EUR", weight=3, since=5, **OVERSEAS),
    company("Kitano Home Co., Ltd.", "2-4-17 Umeda|530-0001|Osaka|JP|Kita-ku", "Daisuke Ito|Imports|imports@kitanohome.example",
            "TAX 9910905785840", currency="JPY", weight=2, pays="prompt", **OVERSEAS),
    company("Gulf Pearl Hotels K.S.C.", "Arabian Gulf Street 101|15300|Kuwait City|KW", "Maryam Al-Sabah|Projects|projects@gulfpearl.example",
            currency="KWD", weight=2, since=1, **OVERSEAS),
)  # fmt: skip
