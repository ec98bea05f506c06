"""Every word a document says by itself, per language. A new language is one more file here and one table in `units.py`."""

from billing.documents.texts.de import GERMAN
from billing.documents.texts.en import ENGLISH
from billing.documents.texts.es import SPANISH
from billing.documents.texts.fr import FRENCH
from billing.documents.texts.shape import Texts

__all__ = ["ENGLISH", "FRENCH", "GERMAN", "LANGUAGES", "SPANISH", "Texts", "texts_for"]

LANGUAGES: dict[str, Texts] = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}


def texts_for(language: str) -> tuple[str, Texts]:
    """The language a document is really written in, and its words; one we do not speak is answered in English."""
    tag = language.replace("_", "-").partition("-")[0].lower()
    return (tag, LANGUAGES[tag]) if tag in LANGUAGES else ("en", ENGLISH)
