"""Names of countries in the language of the reader."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from etl.countries import ALPHA3

_ALPHA2 = {long: short for short, long in ALPHA3.items()}
_NO_COUNTRY = {"unknown": "Country unknown"}


def country_name(code: str, language: str = "en") -> str:
    """The name of an alpha-3 code, or of ``unknown``.

    >>> country_name("SWE"), country_name("SWE", "de-AT"), country_name("unknown")
    ('Sweden', 'Schweden', 'Country unknown')
    """
    return _NO_COUNTRY.get(code) or _names(language).get(_ALPHA2.get(code, ""), code)


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, str]:
    try:
        locale = Locale.parse(language.replace("-", "_")) if language else Locale("en")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return dict(locale.territories)
