"""Which language a message is in: short, mixed, typed without diacritics, or only a bare word.

Script, distinctive letters, an injected library's view, and the words of the phrases and of a small table of function
words are joined as log odds; the person's earlier language is the prior, and what is unsure stays with it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.text import clean, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Identify = Callable[[str], Mapping[str, float]]
"""Raw text -> probability per language code, over all languages a library knows."""

DEFAULT = "en"
_SERVED_IN = {"nb": "da", "nn": "da", "no": "da", "sv": "da"}  # understood well enough to be answered in Danish
_WEIGHED = 400  # letters looked at
_SURE, _SURELY_OTHER = 0.65, 0.92
_POSSIBLE = 0.1  # of the best chance, for the prior to be kept when unsure
_WEIGHT_OF_HAN = 3  # letters that one Chinese character counts for
_EARLIER, _OTHER = 2.0, -3.0  # log odds of the earlier language, and of a language that is not offered
_LIBRARY_FLOOR = 1e-4
_WORD_LIMIT = 2.0  # log odds one word can bring
_LETTER_ODDS, _LETTERS_COUNTED = 1.5, 2
_COMMON_RATE, _UNKNOWN_RATE = 0.03, 0.004  # share of messages with a function word; of any word never seen

# Script -> code points from, to, and the languages written in it. Latin is the rest.
_SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("Greek", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x52F),
    ("Armenian", 0x531, 0x58F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x6FF),
    ("Arabic", 0x750, 0x77F),
    ("Arabic", 0xFB50, 0xFEFC),
    ("Devanagari", 0x900, 0x97F),
    ("Bengali", 0x980, 0x9FF),
    ("Gurmukhi", 0xA00, 0xA7F),
    ("Gujarati", 0xA80, 0xAFF),
    ("Tamil", 0xB80, 0xBFF),
    ("Telugu", 0xC00, 0xC7F),
    ("Kannada", 0xC80, 0xCFF),
    ("Malayalam", 0xD00, 0xD7F),
    ("Sinhala", 0xD80, 0xDFF),
    ("Thai", 0xE00, 0xE7F),
    ("Lao", 0xE80, 0xEFF),
    ("Georgian", 0x10A0, 0x10FF),
    ("Hangul", 0x1100, 0x11FF),
    ("Ethiopic", 0x1200, 0x137F),
    ("Khmer", 0x1780, 0x17FF),
    ("Kana", 0x3041, 0x30FF),
    ("Han", 0x3400, 0x9FFF),
    ("Hangul", 0xAC00, 0xD7AF),
)
_WRITTEN_IN: Mapping[str, tuple[str, ...]] = {
    "Greek": ("el",),
    "Cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"),
    "Armenian": ("hy",),
    "Hebrew": ("he", "yi"),
    "Arabic": ("ar", "fa", "ur", "ps", "ckb", "ug", "sd"),
    "Devanagari": ("hi", "ne", "mr"),
    "Bengali": ("bn", "as"),
    "Gurmukhi": ("pa",),
    "Gujarati": ("gu",),
    "Tamil": ("ta",),
    "Telugu": ("te",),
    "Kannada": ("kn",),
    "Malayalam": ("ml",),
    "Sinhala": ("si",),
    "Thai": ("th",),
    "Lao": ("lo",),
    "Georgian": ("ka",),
    "Hangul": ("ko",),
    "Ethiopic": ("am", "ti"),
    "Khmer": ("km",),
    "Kana": ("ja",),
    "Han": ("zh", "ja"),
}
_MANY_SCRIPTS = frozenset({"sr"})  # also written in Latin letters

# Latin-script languages a resident may well write; others are never guessed.
_LATIN = (
    *("en", "da", "nb", "sv", "de", "nl", "pl", "cs", "sk", "ro", "tr", "es", "fr", "it"),
    *("pt", "lt", "lv", "et", "fi", "hu", "hr", "sr", "sl", "sq", "so", "vi", "id"),
)

CODES = frozenset((*_LATIN, *(code for codes in _WRITTEN_IN.values() for code in codes)))
"""All languages that are told apart; a library's view of others is not asked for."""

_DISTINCTIVE: Mapping[str, str] = {
    "pl": "ąćęłńśźż",
    "cs": "ěřůčšžťď",
    "sk": "ľĺŕôčšžť",
    "da": "æøå",
    "nb": "æøå",
    "sv": "äöå",
    "fi": "äö",
    "de": "äöüß",
    "tr": "ığşçöü",
    "ro": "ăâîșțşţ",
    "es": "ñ¿¡áíóú",
    "pt": "ãõçáé",
    "fr": "çêèàùœ",
    "hu": "őűáéö",
    "lt": "ėųūįčšž",
    "hr": "đčćšž",
    "sr": "đčćšžљњђћџ",
    "uk": "іїєґ",
    "ru": "ыэъё",
    "fa": "پچژگکی",
    "ur": "ٹڈڑںےہھ",
    "ar": "ةىإأؤئ",
}

# Function and question words as people type them, folded (see `text.fold`); a word may stand under several codes.
_FUNCTION_WORDS: Mapping[str, str] = {
    "en": "the a an is are do does did i my me you your we it how what where when who why which can could"
    " should need want have has get to of for with without from in on at and or but not if please help"
    " this that there am im dont cant been was will would about after before they he she thanks hello",
    "da": "jeg mig min mit mine du dig din er har skal kan vil hvordan hvad hvor hvornaar hvem hvorfor"
    " hvilken hvilke ikke og eller men at det den der som en et til fra med uden paa af om hvis naar naa"
    " nu faa faar bliver vaere hej tak vi os jer de skulle kunne gerne ogsaa noget nogen efter foer hos"
    " ved lige bare mod ud op",
    "nb": "jeg meg min mitt mine du deg din er har skal kan vil hvordan hva hvor naar hvem hvorfor hvilken"
    " ikke og eller men aa at det den som en et ei til fra med uten paa av om hvis naa faar bli vaere"
    " hei takk vi oss dere noe noen etter foer hos ved ogsaa bare mye gjoere trenger",
    "sv": "jag mig min mitt mina du dig din ar har ska kan vill hur vad var nar vem varfor vilken inte och"
    " eller men att det den som en ett till fran med utan paa av om faar bli vara hej tack vi oss ni"
    " naagot naagon efter fore hos vid ocksaa bara mycket behover gora for",
    "de": "ich mich mein meine meinen du sie wir uns ist sind habe hat haben kann koennen konnen muss brauche"
    " wie was wo wann wer warum welche nicht und oder aber das der die den dem ein eine einen zu zum zur"
    " von mit ohne auf aus bei fur fuer wenn bitte danke hallo es im am auch nach vor noch gibt bekomme"
    " bekommen",
    "nl": "ik mij mijn je jij u uw wij ons is zijn heb heeft kan moet wil hoe wat waar wanneer wie waarom"
    " welke niet en of maar het de een te naar van met zonder op uit bij voor als dit dat graag bedankt"
    " hallo ook na nog krijg",
    "pl": "ja mnie mi moj moja moje moim ty jest sa mam ma mamy moge mozna musze czy jak co gdzie kiedy kto"
    " dlaczego jaki jaka jakie ktory nie i lub albo ale to ten ta do od z ze bez na w we po przed przy"
    " dla o u sie jesli prosze dziekuje dzien dobry czesc chce potrzebuje trzeba zeby juz jeszcze tylko"
    " za ile",
    "cs": "ja me muj moje mi jsem jsou je mam ma muzu mohu musim jak co kde kdy kdo proc ktery ne a nebo ale"
    " to ten ta do od z ze bez na v ve po pred pri pro o u se si jestli prosim dekuji dobry den chci"
    " potrebuji uz jeste jen za",
    "sk": "ja mna moj moje mi som su je mam ma mozem musim ako co kde kedy kto preco ktory nie a alebo ale to"
    " ten do od z bez na v vo po pred pri pre o u sa si ci prosim dakujem dobry den chcem potrebujem uz"
    " este len za",
    "ro": "eu ma mea meu mei imi te tu este sunt am are pot poate trebuie vreau cum ce unde cand cine de care"
    " nu si sau dar la din cu fara pe in pentru daca va rog multumesc buna ziua un o al ale mai sa se fi"
    " dupa",
    "tr": "ben beni benim bana sen biz var yok mi mu nasil ne nerede nereye zaman kim neden hangi degil ve"
    " veya ama bu su o bir icin ile gibi eger lutfen tesekkurler merhaba istiyorum lazim gerekiyor"
    " olarak nereden kac da de daha",
    "es": "yo mi mis me tu es son soy estoy tengo tiene puedo puede necesito quiero como que donde cuando"
    " quien por cual no y o pero el la los las un una de del a al con sin en para si gracias hola se lo"
    " hay mas despues",
    "fr": "je me mon ma mes tu vous nous est sont suis ai a avoir peux peut dois veux comment que quoi ou"
    " quand qui pourquoi quel quelle ne pas et mais le la les un une de du des au aux avec sans dans"
    " pour si merci bonjour ce il y en sur",
    "it": "io mi mio mia miei tu lei noi e sono ho ha posso puo devo voglio come che cosa dove quando chi"
    " perche quale non o ma il lo la i gli le un una di del della a al con senza in per se grazie ciao"
    " buongiorno ci da dopo",
    "pt": "eu me meu minha voce e sao sou estou tenho tem posso pode preciso quero como que onde quando quem"
    " por qual nao ou mas o a os as um uma de do da em no na com sem para se obrigado ola",
    "uk": "я мені мій моя мене ти ви ми є маю має можу можна треба потрібно хочу як що де коли хто чому який"
    " яка які не і та або але це до від з без на в у по для про якщо будь ласка дякую добрий день чи ще"
    " вже за",
    "ru": "я мне мои моя меня ты вы мы есть могу можно надо нужно хочу как что где когда кто почему какои"
    " какая какие не и или но это до от с без на в у по для о если пожалуиста спасибо здравствуите ли"
    " еще уже за",
    "ar": "انا أنا هل كيف ما ماذا اين أين متى من لماذا لا و أو او في على الى إلى عن مع بدون هذا هذه لي يمكن"
    " يمكنني اريد أريد احتاج شكرا مرحبا السلام عليكم لدي عند كم أي إذا",
    "fa": "من ما تو شما است هست دارم دارد می چگونه چطور چه کجا کی چرا نه و یا در به از با بدون برای این آن را"
    " که اگر لطفا ممنون سلام باید خواهم توانم",
    "ur": "میں مجھے میرا میری آپ ہم ہے ہیں کیا کیسے کہاں کب کون کیوں نہیں اور یا کے کی کا کو سے پر لیے یہ وہ"
    " اگر شکریہ سلام چاہیے سکتا سکتی",
    "lt": "as man mano tu jus mes yra turiu turi galiu reikia noriu kaip kas kur kada kodel kuris ne ir arba"
    " bet tai i is su be ant per prie apie jei aciu labas ar dar jau uz",
    "so": "waxaan waa ma iyo ama laakiin sidee maxay xagee goorma yaa waayo ka ku u la si aan waxaa karaa"
    " rabaa mahadsanid",
}


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The `language` of a message and how sure that is (0 to 1).

    `known` is False when the message is surely in a language that is not offered; `language` is then that language's
    code. Otherwise it is an offered code.
    """

    language: str
    confidence: float
    known: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What words tell about the language: word -> language code -> log odds against the average language."""

    words: Mapping[str, Mapping[str, float]]

    @classmethod
    def learned(cls, texts: Mapping[str, Iterable[str]]) -> Vocabulary:
        """Returns the vocabulary of `texts` (language code -> phrases) and the built-in function words."""
        rates: dict[str, dict[str, float]] = {}
        for language, phrases in texts.items():
            sets = [set(tokens(phrase)) for phrase in phrases]
            counts = Counter(word for words in sets for word in words)
            for word, count in counts.items():
                rates.setdefault(word, {})[language] = count / len(sets)
        for language, words in _FUNCTION_WORDS.items():
            for word in {piece for entry in words.split() for piece in tokens(entry)}:
                known = rates.setdefault(word, {})
                known[language] = max(known.get(language, 0.0), _COMMON_RATE)
        return cls({word: _odds(by_language) for word, by_language in rates.items()})


def _odds(rates: Mapping[str, float]) -> dict[str, float]:
    """Returns the limited log odds of each language in `rates`; "" is that of every other language."""
    middle = sum(rates.values()) / (len(rates) + 1) + _UNKNOWN_RATE
    odds = {language: math.log((rate + _UNKNOWN_RATE) / middle) for language, rate in rates.items()}
    odds[""] = math.log(_UNKNOWN_RATE / middle)
    return {language: max(-_WORD_LIMIT, min(_WORD_LIMIT, value)) for language, value in odds.items()}


def guess_language(
    text: str, *, offered: Sequence[str], prior: str | None, vocabulary: Vocabulary, identify: Identify
) -> LanguageGuess:
    """Returns the language of the raw message `text`.

    `offered` are the codes the assistant answers in, `prior` is the person's earlier language where known. Unsure
    means `prior`, else English, else the first offered. Norwegian and Swedish are answered in Danish.
    """
    text = clean(text)[:_WEIGHED]
    fallback = usual_language(offered, prior)
    script = _script(text)
    if script is None:
        return LanguageGuess(fallback, 0.0, known=True)
    chances = _chances(text, _candidates(script, offered), (offered, prior), (vocabulary, identify))
    served: dict[str, float] = {}
    for code, chance in chances.items():
        target = _served(code, offered)
        served[target] = served.get(target, 0.0) + chance
    best = max(served, key=lambda code: (served[code], code))
    if best not in offered:
        written_here = any(code in offered for code in served)
        if not written_here or (served[best] >= _SURELY_OTHER and len(tokens(text)) > 1):
            return LanguageGuess(best, served[best], known=False)
        best = max((code for code in served if code in offered), key=lambda code: (served[code], code))
    if served[best] < _SURE and served.get(fallback, 0.0) >= _POSSIBLE * served[best]:
        best = fallback
    return LanguageGuess(best, served[best], known=True)


def usual_language(offered: Sequence[str], prior: str | None) -> str:
    """Returns the code to answer in when a message does not tell: `prior` if offered, else English, else the first."""
    if prior is not None and prior in offered:
        return prior
    return DEFAULT if DEFAULT in offered else offered[0]


def _served(code: str, offered: Sequence[str]) -> str:
    target = _SERVED_IN.get(code, code)
    return target if target in offered and code not in offered else code


def _script(text: str) -> str | None:
    """Returns the script most letters of `text` are in, None without letters; Latin needs most of them."""
    counts: Counter[str] = Counter()
    for letter in text:
        if letter.isalpha():
            point = ord(letter)
            name = next((name for name, low, high in _SCRIPTS if low <= point <= high), "Latin")
            counts[name] += _WEIGHT_OF_HAN if name == "Han" else 1
    if not counts:
        return None
    other = [(count, name) for name, count in counts.items() if name != "Latin"]
    if other and max(other)[0] * 2 >= counts["Latin"]:
        return "Kana" if counts["Kana"] else max(other)[1]
    return "Latin"


def _candidates(script: str, offered: Sequence[str]) -> tuple[str, ...]:
    """Returns the codes of the languages written in `script`, offered ones among them."""
    if script != "Latin":
        return _WRITTEN_IN[script]
    elsewhere = {code for codes in _WRITTEN_IN.values() for code in codes} - _MANY_SCRIPTS
    return tuple(dict.fromkeys([*(code for code in offered if code not in elsewhere), *_LATIN]))


def _chances(
    text: str,
    codes: Sequence[str],
    person: tuple[Sequence[str], str | None],
    knowledge: tuple[Vocabulary, Identify],
) -> dict[str, float]:
    """Returns the probability of each of `codes`."""
    offered, prior = person
    vocabulary, identify = knowledge
    library = identify(text)
    library_sum = sum(library.get(code, 0.0) for code in codes) or 1.0
    letters = Counter(text.casefold())
    odds = {
        code: math.log(library.get(code, 0.0) / library_sum + _LIBRARY_FLOOR)
        + (_EARLIER if code == prior else 0.0)
        + (_OTHER if _served(code, offered) not in offered else 0.0)
        + _LETTER_ODDS * min(_LETTERS_COUNTED, sum(letters[letter] for letter in _DISTINCTIVE.get(code, "")))
        for code in codes
    }
    for word in tokens(text):
        by_language = vocabulary.words.get(word)
        if by_language:
            for code in codes:
                odds[code] += by_language.get(code, by_language[""])
    top = max(odds.values())
    weights = {code: math.exp(value - top) for code, value in odds.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}
