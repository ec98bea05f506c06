"""The catalogue of Harbor & Pine: furniture, fittings and the work to put them in."""

from billing.demo.catalogue import Article, Catalogue

CATALOGUE = Catalogue(
    articles=(
        Article("HP-100", "Design consultation", "HUR", "145", "NYC"),
        Article("HP-110", "Site survey and measurements", "LS", "380", "NYC"),
        Article("HP-120", "Shop drawings", "HUR", "120", "NYC"),
        Article("HP-130", "3D rendering", "H87", "450", "NYC"),
        Article("HP-200", "White oak dining table, 84 in", "H87", "3850", "NYC", goods=True),
        Article("HP-210", "Walnut desk, 60 in", "H87", "2150", "NYC", goods=True),
        Article("HP-220", "Bench, reclaimed pine", "H87", "680", "NYC", goods=True),
        Article("HP-230", "Bar stool, steam-bent ash", "H87", "295", "NYC", goods=True),
        Article("HP-240", "Wall shelf, 48 in", "H87", "188", "NYC", goods=True),
        Article("HP-250", "Reception counter, made to measure", "LS", "7400", "NYC", goods=True),
        Article("HP-300", "White oak board, kiln dried", "FOT", "11.385", "NYC", goods=True),
        Article("HP-310", "Brass fittings, unlacquered", "SET", "24.60", "NYC", goods=True),
        Article("HP-320", "Hardwax oil, one gallon", "H87", "96.50", "NYC", goods=True),
        Article("HP-330", "Silicon bronze screws, no. 8", "H87", "0.0675", "NYC", goods=True),
        Article("HP-400", "Carpentry on site", "HUR", "98", "NYC"),
        Article("HP-410", "Installation crew of two", "DAY", "1260", "NYC", text="Travel inside the five boroughs included"),
        Article("HP-420", "Delivery and carry-in", "E54", "185", "NYC"),
        Article("HP-430", "Crating and freight", "LS", "640", "NYC"),
        Article("HP-500", "Maintenance plan", "MON", "320", "NYC", text="One visit a month, small repairs, re-oiling"),
        Article("HP-510", "Storage of seasonal furniture", "MON", "145", "NYC"),
    ),
    rates={"EUR": "1.089", "GBP": "1.276", "JPY": "0.00667", "KWD": "3.252"},
    monthly=("HP-500", "HP-510"),
    projects=(
        ("Lobby refit", ""), ("Back bar", ""), ("Reading room", ""), ("Second floor offices", ""), ("Roof terrace", ""),
        ("Flagship store", ""), ("Waiting area", ""), ("Private dining room", ""), ("Tasting room", ""), ("Guest rooms 4xx", ""),
    ),
    details={
        "HP-1": (("Concept and materials", ""), ("Revision B", ""), ("Permit set", ""), ("Meeting with the architect", "")),
        "HP-20": (("natural oil finish", ""), ("ebonized", ""), ("with two leaves", "")),
        "HP-21": (("with cable tray", ""), ("two drawers, left", "")),
        "HP-22": (("natural oil finish", ""), ("powder-coated steel base", "")),
        "HP-23": (("leather seat, saddle brown", ""), ("counter height", "")),
        "HP-24": (("matched to existing pieces", ""), ("brass brackets", "")),
        "HP-25": (("fluted oak front, accessible section", ""),),
        "HP-30": (("FSC certified", ""), ("selected for grain", "")),
        "HP-32": (("matte", ""),),
        "HP-33": (("1 1/4 in", ""), ("2 in", "")),
        "HP-40": (("scribing to uneven walls", ""), ("removal of old fittings", ""), ("touch-up after other trades", "")),
        "HP-41": (("night shift, 10 pm to 6 am", ""), ("elevator booking included", "")),
        "HP-42": (("second floor walk-up", ""), ("white glove", "")),
        "HP-43": (("two pallets, blanket wrap", ""),),
    },
    own_prices=(
        ("Gansevoort Hospitality Group LLC", "HP-230", "USD", "262.50"), ("Cascadia Outfitters Inc.", "HP-240", "USD", "171"),
        ("Kensington Row Interiors Ltd", "HP-200", "GBP", "2890"),
    ),
)  # fmt: skip
