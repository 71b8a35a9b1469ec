"""A person's words shown with their machine translation."""

from __future__ import annotations

from bot.messages.message import Message

TRANSLATION = {
    "translation-into": Message(
        "Machine translation into {language}:", comment="{language} is the language's own name, such as Dansk"
    ),
    "translation-none": Message("No translation is available just now."),
}
