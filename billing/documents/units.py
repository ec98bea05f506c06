"""Names of the common units of UN/ECE Recommendation 20 (and the X-codes of Recommendation 21), one and many."""

from decimal import Decimal

from invoicing_site.formats import babel_locale

Names = tuple[str, str]

# C62 is "one": a bare count, which no language writes out.
SYMBOLS: dict[str, Names] = {
    code: (symbol, symbol)
    for code, symbol in {
        "C62": "", "P1": "%", "KGM": "kg", "GRM": "g", "MGM": "mg", "TNE": "t", "LBR": "lb", "ONZ": "oz", "MTR": "m",
        "CMT": "cm", "MMT": "mm", "KMT": "km", "FOT": "ft", "INH": "in", "SMI": "mi", "MTK": "m²", "KMK": "km²",
        "FTK": "ft²", "HAR": "ha", "MTQ": "m³", "LTR": "l", "MLT": "ml", "KWH": "kWh", "MWH": "MWh", "WHR": "Wh",
        "KWT": "kW", "KVA": "kVA", "AD": "B", "2P": "kB", "4L": "MB", "E34": "GB", "E35": "TB", "MIN": "min",
        "SEC": "s",
    }.items()
}  # fmt: skip

UNITS: dict[str, dict[str, Names]] = {
    "en": {
        **SYMBOLS,
        "H87": ("piece", "pieces"), "EA": ("each", "each"), "PR": ("pair", "pairs"), "NPR": ("pair", "pairs"),
        "SET": ("set", "sets"), "DZN": ("dozen", "dozen"), "XBX": ("box", "boxes"), "XPK": ("package", "packages"),
        "XPX": ("pallet", "pallets"), "XCT": ("carton", "cartons"), "XBO": ("bottle", "bottles"),
        "XRO": ("roll", "rolls"),
        "XPP": ("piece", "pieces"), "ST": ("sheet", "sheets"), "HUR": ("hour", "hours"), "DAY": ("day", "days"),
        "E49": ("working day", "working days"), "WEE": ("week", "weeks"), "MON": ("month", "months"),
        "QAN": ("quarter", "quarters"), "ANN": ("year", "years"), "LS": ("lump sum", "lump sum"),
        "E48": ("service unit", "service units"), "IE": ("person", "persons"), "E54": ("trip", "trips"),
    },
    "de": {
        **SYMBOLS,
        "H87": ("Stück", "Stück"), "EA": ("Stück", "Stück"), "PR": ("Paar", "Paar"), "NPR": ("Paar", "Paar"),
        "SET": ("Satz", "Sätze"), "DZN": ("Dutzend", "Dutzend"), "XBX": ("Karton", "Kartons"),
        "XPK": ("Paket", "Pakete"), "XPX": ("Palette", "Paletten"), "XCT": ("Karton", "Kartons"),
        "XBO": ("Flasche", "Flaschen"), "XRO": ("Rolle", "Rollen"), "XPP": ("Stück", "Stück"), "ST": ("Blatt", "Blatt"),
        "HUR": ("Stunde", "Stunden"), "DAY": ("Tag", "Tage"), "E49": ("Arbeitstag", "Arbeitstage"),
        "WEE": ("Woche", "Wochen"), "MON": ("Monat", "Monate"), "QAN": ("Quartal", "Quartale"),
        "ANN": ("Jahr", "Jahre"), "LS": ("pauschal", "pauschal"), "E48": ("Einheit", "Einheiten"),
        "IE": ("Person", "Personen"), "E54": ("Fahrt", "Fahrten"),
    },
    "fr": {
        **SYMBOLS,
        "H87": ("pièce", "pièces"), "EA": ("pièce", "pièces"), "PR": ("paire", "paires"), "NPR": ("paire", "paires"),
        "SET": ("lot", "lots"), "DZN": ("douzaine", "douzaines"), "XBX": ("boîte", "boîtes"),
        "XPK": ("paquet", "paquets"), "XPX": ("palette", "palettes"), "XCT": ("carton", "cartons"),
        "XBO": ("bouteille", "bouteilles"), "XRO": ("rouleau", "rouleaux"), "XPP": ("pièce", "pièces"),
        "ST": ("feuille", "feuilles"), "HUR": ("heure", "heures"), "DAY": ("jour", "jours"),
        "E49": ("jour ouvré", "jours ouvrés"), "WEE": ("semaine", "semaines"), "MON": ("mois", "mois"),
        "QAN": ("trimestre", "trimestres"), "ANN": ("an", "ans"), "LS": ("forfait", "forfaits"),
        "E48": ("unité", "unités"), "IE": ("personne", "personnes"), "E54": ("trajet", "trajets"),
    },
    "es": {
        **SYMBOLS,
        "H87": ("pieza", "piezas"), "EA": ("unidad", "unidades"), "PR": ("par", "pares"), "NPR": ("par", "pares"),
        "SET": ("juego", "juegos"), "DZN": ("docena", "docenas"), "XBX": ("caja", "cajas"),
        "XPK": ("paquete", "paquetes"), "XPX": ("palé", "palés"), "XCT": ("caja", "cajas"),
        "XBO": ("botella", "botellas"), "XRO": ("rollo", "rollos"), "XPP": ("pieza", "piezas"),
        "ST": ("hoja", "hojas"), "HUR": ("hora", "horas"), "DAY": ("día", "días"),
        "E49": ("día laborable", "días laborables"), "WEE": ("semana", "semanas"), "MON": ("mes", "meses"),
        "QAN": ("trimestre", "trimestres"), "ANN": ("año", "años"), "LS": ("precio cerrado", "precio cerrado"),
        "E48": ("unidad de servicio", "unidades de servicio"), "IE": ("persona", "personas"),
        "E54": ("viaje", "viajes"),
    },
}  # fmt: skip


def unit_name(code: str, quantity: Decimal, language: str) -> str:
    """`hours` for HUR and 2; the code itself where the table has no name, so nothing is silently dropped."""
    names = UNITS[language].get(code)
    if names is None:
        return code
    return names[0] if babel_locale(language).plural_form(abs(quantity)) == "one" else names[1]
