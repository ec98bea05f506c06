"""Units people choose from: codes of UN/ECE Recommendation 20, X… of Recommendation 21. Pure.

What is printed for them stands in billing/documents/units.py.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Marks a name for translation; the form that shows it asks for the translation."""
    return text


# In the order they are offered: the common ones first.
UNITS: dict[str, str] = {
    "C62": _("– (nothing printed)"),
    "H87": _("piece"),
    "HUR": _("hour"),
    "DAY": _("day"),
    "E49": _("working day"),
    "WEE": _("week"),
    "MON": _("month"),
    "QAN": _("quarter"),
    "ANN": _("year"),
    "LS": _("lump sum"),
    "E48": _("service unit"),
    "IE": _("person"),
    "E54": _("trip"),
    "MIN": _("minute"),
    "SEC": _("second"),
    "P1": _("per cent"),
    "PR": _("pair"),
    "SET": _("set"),
    "DZN": _("dozen"),
    "XBX": _("box"),
    "XPK": _("package"),
    "XCT": _("carton"),
    "XPX": _("pallet"),
    "XBO": _("bottle"),
    "XRO": _("roll"),
    "ST": _("sheet"),
    "MGM": _("milligram"),
    "GRM": _("gram"),
    "KGM": _("kilogram"),
    "TNE": _("tonne"),
    "ONZ": _("ounce"),
    "LBR": _("pound"),
    "MMT": _("millimetre"),
    "CMT": _("centimetre"),
    "MTR": _("metre"),
    "KMT": _("kilometre"),
    "INH": _("inch"),
    "FOT": _("foot"),
    "SMI": _("mile"),
    "MTK": _("square metre"),
    "FTK": _("square foot"),
    "KMK": _("square kilometre"),
    "HAR": _("hectare"),
    "MLT": _("millilitre"),
    "LTR": _("litre"),
    "MTQ": _("cubic metre"),
    "WHR": _("watt hour"),
    "KWH": _("kilowatt hour"),
    "MWH": _("megawatt hour"),
    "KWT": _("kilowatt"),
    "KVA": _("kilovolt ampere"),
    "AD": _("byte"),
    "2P": _("kilobyte"),
    "4L": _("megabyte"),
    "E34": _("gigabyte"),
    "E35": _("terabyte"),
}
