"""What the use cases need from the rest, as narrow Protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from bot.core.answer import Understanding
    from bot.core.model import Argument, Content, Knowledge, Rendered
    from bot.service.brain import Loaded
    from bot.service.personal import OwnFile


class Clock(Protocol):
    """Time, passed in, so that tests need no sleeping."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...

    def today(self) -> date:
        """The date in Denmark."""
        ...


class Library(Protocol):
    """What the assistant knows now; may be replaced while it runs."""

    def now(self) -> Loaded:
        """Knowledge and understanding that belong together, for a decision that needs both."""
        ...

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        ...

    @property
    def brain(self) -> Understanding:
        """The understanding built from it."""
        ...


class Renders(Protocol):
    """Turns content into words, with what the assistant knows now."""

    def render(self, content: Content, language: str) -> Rendered:
        """Returns `content` in `language` (an offered code). Raises KeyError for an unknown key, entry or fact."""
        ...

    def sentence(self, key: str, language: str, **args: Argument) -> str:
        """Returns one interface sentence in `language`."""
        ...

    def title(self, entry: str, language: str) -> str:
        """Returns an entry's title in `language`, with its facts."""
        ...


class Files(Protocol):
    """Makes files for residents at the moment they are sent."""

    async def own_file(self, channel: str, chat: str, form: str, language: str) -> OwnFile:
        """Returns everything that is kept of a person: `form` is text (in `language`) or json."""
        ...


class Translates(Protocol):
    """Translates words of people by machine. Language codes are those of the knowledge base ("zh" is Simplified)."""

    async def translate(self, text: str, source: str, target: str) -> str | None:
        """Returns `text` in `target`, or None when it cannot be translated now; raises nothing for that."""
        ...

    def can(self, source: str, target: str) -> bool:
        """Returns False where it is known that this pair of languages is not offered."""
        ...
