"""How people call languages: every language's name in every language that is answered in."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.core.reading import folded
from bot.i18n.formats import locale_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# What CLDR does not hold: "in the language", as people say it; a name and its case endings.
_SPOKEN: Mapping[str, str] = {
    "en": "english, engelsk, inglese, ingles, anglais, ingilizce, po angielsku, anglicky, englisch, engleza",
    "da": "danish, dansk, paa dansk, po dunsku, dansky, daensky, danca, daneza, po datsku, daenisch, danimarkaca",
    "pl": "polish, polsk, po polsku, polski, polsky, polnisch, lehce, poloneza, по польськи, польською",
    "uk": "ukrainian, ukrainsk, po ukrainsku, українською, по українськи, ukrainisch, ukrayna dili, ukraincina",
    "de": "german, tysk, deutsch, auf deutsch, po niemiecku, nemecky, almanca, germana, nimecku, німецькою",
    "ro": "romanian, rumaensk, romaneste, romana, in romana, po rumunsku, rumunsky, rumaenisch, romence",
    "tr": "turkish, tyrkisk, turkce, turkisch, po turecku, turecky, turca, турецькою",
    "ar": "arabic, arabisk, arabisch, po arabsku, arabsky, arapca, araba, عربي, بالعربي, بالعربيه, العربيه, عربيه",
    "zh": "chinese, kinesisk, chinesisch, po chinsku, cinsky, cince, chineza, mandarin, 中文, 汉语, 普通话, 国语, 华语",
    "cs": "czech, tjekkisk, tschechisch, po czesku, cesky, cestina, ceha, cekce, чеською",
}


@lru_cache(maxsize=4)
def language_names(locales: tuple[str, ...]) -> Mapping[str, str]:
    """Returns the folded words of each name -> code: the names of all languages in the CLDR `locales`.

    A word that names two languages is left out.
    """
    found: dict[str, set[str]] = {}
    for locale in locales:
        for code, name in locale_of(locale).languages.items():
            found.setdefault(folded(name), set()).add(code)
    for code, names in _SPOKEN.items():
        for name in names.split(","):
            found.setdefault(folded(name), set()).add(code)
    return MappingProxyType({name: known.pop() for name, known in found.items() if name and len(known) == 1})
