from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language import Vocabulary, guess_language, usual_language
from bot.service.identify import make_identify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.language import Identify

OFFERED = ("en", "da", "pl")
PHRASES = {
    "en": ["how do i get a cpr number", "mitid does not work", "where is the town hall", "find a flat"],
    "da": ["hvordan får jeg et cpr-nummer", "mitid virker ikke", "hvor ligger rådhuset", "find en bolig"],
    "pl": ["jak dostać numer cpr", "mitid nie działa", "gdzie jest ratusz", "szukam mieszkania"],
}
VOCABULARY = Vocabulary.learned(PHRASES)


def unsure(_: str) -> Mapping[str, float]:
    """A library that has no opinion."""
    return {}


def sure_of(code: str, chance: float = 0.9) -> Mapping[str, float]:
    return {code: chance}


def guess(text: str, prior: str | None = None, *, library: Mapping[str, float] | None = None) -> tuple[str, bool]:
    found = guess_language(text, offered=OFFERED, prior=prior, vocabulary=VOCABULARY, identify=lambda _: library or {})
    assert 0 <= found.confidence <= 1
    return found.language, found.known


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where can i pay the bill", "en"),
        ("hvor kan jeg betale regningen", "da"),
        ("gdzie moge zaplacic rachunek", "pl"),
        ("Gdzie mogę zapłacić?", "pl"),
        ("jeg har ikke fået noget på mit kort", "da"),
        ("szukam mieszkania", "pl"),
    ],
)
@pytest.mark.parametrize("prior", [None, "en", "da", "pl"])
def test_a_clear_message_wins_over_the_prior(text: str, language: str, prior: str | None) -> None:
    assert guess(text, prior) == (language, True)


@pytest.mark.parametrize("text", ["mitid", "cpr?", "MitID", "2750", "😀", "", "ok", "\u200b"])
@pytest.mark.parametrize(("prior", "expected"), [("pl", "pl"), ("da", "da"), (None, "en"), ("xx", "en")])
def test_unsure_keeps_the_conversation(text: str, prior: str | None, expected: str) -> None:
    assert guess(text, prior) == (expected, True)


@pytest.mark.parametrize(
    "text",
    ["jag har inte fått något brev", "jeg trenger noe mer hjelp, hva gjør jeg", "vad kostar det för mig och dig"],
)
def test_swedish_and_norwegian_are_served_in_danish(text: str) -> None:
    assert guess(text) == ("da", True)


def test_swedish_is_kept_where_it_is_offered() -> None:
    found = guess_language(
        "jag har inte fått något brev", offered=("da", "sv"), prior=None, vocabulary=VOCABULARY, identify=unsure
    )
    assert found.language == "sv"


@pytest.mark.parametrize(
    ("text", "library", "language"),
    [
        ("Wo kann ich mich anmelden und was brauche ich", {"de": 0.9}, "de"),
        ("je cherche un appartement pour ma famille", {"fr": 0.9}, "fr"),
        ("Як я можу отримати допомогу", {"uk": 0.9}, "uk"),
        ("我要搬家", {"zh": 0.9}, "zh"),
        ("كيف أحصل على رقم", {"ar": 0.9}, "ar"),
        ("นี่คืออะไร", {"th": 1.0}, "th"),
    ],
)
def test_a_language_that_is_not_offered_is_named(text: str, library: Mapping[str, float], language: str) -> None:
    assert guess(text, "en", library=library) == (language, False)


def test_ukrainian_letters_tell_it_from_russian() -> None:
    assert guess("її потрібно", library={"uk": 0.4, "ru": 0.5})[0] == "uk"


def test_a_single_foreign_word_does_not_leave_the_offered_languages() -> None:
    assert guess("Anmeldung", "da", library=sure_of("de")) == ("da", True)


def test_mixed_messages_follow_their_function_words() -> None:
    assert guess("hi, can you help me with my skattekort please") == ("en", True)
    assert guess("hej, hvordan bliver jeg employee i jeres company") == ("da", True)


def test_latin_names_in_another_script_do_not_hide_it() -> None:
    assert guess("给我 MitID 怎么", "en", library={"zh": 0.5, "en": 0.5}) == ("zh", False)


# ---- with the real library, and no phrase learned

TEN = ("en", "da", "pl", "uk", "de", "ro", "tr", "ar", "zh", "cs")
COMMON = Vocabulary.learned({})

NOT_OFFERED = {
    "es": [
        "donde puedo sacar la tarjeta sanitaria",
        "necesito una cita para el pasaporte",
        "cuanto cuesta la guarderia",
    ],
    "it": ["come posso iscrivere mio figlio a scuola", "ho perso la tessera sanitaria", "Quando apre il comune?"],
    "fr": ["comment obtenir un numero cpr", "ou est la mairie", "j'ai perdu ma carte de sante"],
    "nl": ["hoe krijg ik een cpr-nummer", "ik zoek een woning in Ballerup", "wanneer is het gemeentehuis open"],
    "pt": ["como posso marcar uma consulta", "onde faço o registro de residencia", "Preciso de ajuda com o meu MitID"],
    "ru": ["как получить номер cpr", "где можно записать ребёнка в детский сад", "мне нужна помощь с жильём"],
    "sk": ["ako si vybavím zdravotnú kartu", "potrebujem zapísať dieťa do škôlky"],
    "hu": ["hol tudok időpontot foglalni", "hogyan kapok cpr számot", "elvesztettem a személyimet"],
    "fi": ["miten saan henkilötunnuksen", "missä on terveyskeskus", "tarvitsen apua asunnon kanssa"],
    "hr": ["kako mogu dobiti zdravstvenu iskaznicu", "gdje se mogu prijaviti u općini"],
    "lt": ["kaip gauti asmens koda", "kur galiu užregistruoti vaiką į darželį", "Man reikia gydytojo"],
    "fa": ["چگونه می توانم شماره سی پی آر بگیرم", "من به کمک نیاز دارم"],
    "ur": ["مجھے ڈاکٹر سے ملنا ہے", "میں اپنے بچے کو سکول میں کیسے داخل کروں"],
    "bg": ["как да получа здравна карта", "къде мога да се регистрирам"],
}
HARD = {
    "en": ["how do i apply for a place in the børnehave", "lost my sundhedskort, what now", "need a frikort asap"],
    "da": [
        "hvordan faar jeg et nyt sundhedskort",
        "min computer crasher når jeg åbner mitid",
        "har jeg ret til friplads",
    ],
    "pl": [
        "czy dostane boligstøtte jak mieszkam z bratem",
        "zgubilem karte zdrowia",
        "gdzie moge wyrobic sundhedskort",
    ],
    "uk": [
        "мени потрибна допомога з житлом",
        "чи можу я працювати поки чекаю на дозвил",
        "як записати дитину до børnehave",
    ],
    "de": ["muss ich steuern zahlen wenn ich in danemark arbeite", "brauche ich mitid fur die wohnungssuche"],
    "ro": ["cum inscriu copilul la gradinita", "am pierdut cardul de sanatate", "cat costa chiria in ballerup"],
    "tr": ["cocugumu okula nasil yazdirabilirim", "sundhedskort icin nereye gitmem lazim"],
    "ar": ["كيف احصل على sundhedskort", "ضاعت بطاقتي الصحية شو اعمل"],
    "zh": ["怎么申请 sundhedskort", "borgerservice 幾點開門"],
    "cs": ["jak si zaridim sundhedskort", "dite ma horecku co mam delat", "potrebuju pomoct s bydlenim"],
}


@pytest.fixture(scope="module")
def library() -> Identify:
    return make_identify()


@pytest.mark.parametrize("prior", [None, "en", "ro", "uk"])
@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in NOT_OFFERED.items() for text in texts])
def test_a_question_in_a_language_that_is_not_offered(
    language: str, text: str, prior: str | None, library: Identify
) -> None:
    found = guess_language(text, offered=TEN, prior=prior, vocabulary=COMMON, identify=library)
    assert (found.language, found.known) == (language, False)


@pytest.mark.parametrize("prior", [None, "en", "own"])
@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in HARD.items() for text in texts])
def test_a_question_in_one_of_the_ten_typed_in_haste_or_with_danish_terms(
    language: str, text: str, prior: str | None, library: Identify
) -> None:
    known = language if prior == "own" else prior
    found = guess_language(text, offered=TEN, prior=known, vocabulary=COMMON, identify=library)
    assert (found.language, found.known) == (language, True)


@pytest.mark.parametrize("text", ["documento", "ваканция", "telefono", "documento 2750"])
@pytest.mark.parametrize("prior", ["da", "uk", "ar"])
def test_one_word_keeps_the_conversation_or_an_offered_language(text: str, prior: str, library: Identify) -> None:
    assert guess_language(text, offered=TEN, prior=prior, vocabulary=COMMON, identify=library).known


@pytest.mark.parametrize(
    ("offered", "prior", "expected"),
    [(("da", "en"), "da", "da"), (("da", "en"), "de", "en"), (("da", "pl"), None, "da")],
)
def test_usual_language(offered: tuple[str, ...], prior: str | None, expected: str) -> None:
    assert usual_language(offered, prior) == expected


@given(st.text(), st.sampled_from([None, *OFFERED]))
def test_any_text_gets_an_offered_language_or_an_unknown_one(text: str, prior: str | None) -> None:
    language, known = guess(text, prior, library=sure_of("de", 0.3))
    assert known == (language in OFFERED)
