"""A person's words shown with their machine translation."""

from __future__ import annotations

from bot.messages.message import Message

TRANSLATION = {
    "translation-into": Message(
        "Machine translation into {language}:", comment="{language} is the language's own name, such as Dansk"
    ),
    "translation-none": Message("No translation is available just now."),
    "translation-preview": Message("The resident gets this in {language}. Nothing is sent yet."),
    "translation-sent": Message("Sent to the resident ({language})."),
    "translation-not-sent": Message("Sent in your own words only: there was no translation into {language}."),
    "button-send-translation": Message("Send with the translation"),
    "button-send-own-words": Message("Send my own words only"),
}
