"""What the assistant knows and says, as one object that can be replaced while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.answer import Understanding
    from bot.core.model import Argument, Content, Knowledge, Rendered
    from bot.service.brain import Loaded
    from bot.service.render import Renderer


class Live:
    """Satisfies `ports.Library` and `ports.Renders`. Who has begun with one edition ends with it."""

    def __init__(self, loaded: Loaded, renderer: Renderer) -> None:
        """Takes the first edition: what is known, and the renderer made from it."""
        self._edition = loaded, renderer

    def replace(self, loaded: Loaded, renderer: Renderer) -> None:
        """Takes the place of the edition before, in one step."""
        self._edition = loaded, renderer

    def now(self) -> Loaded:
        """Knowledge and understanding that belong together."""
        return self._edition[0]

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base."""
        return self.now().knowledge

    @property
    def brain(self) -> Understanding:
        """The understanding built from it."""
        return self.now().brain

    def render(self, content: Content, language: str) -> Rendered:
        """Returns `content` in `language`. Raises KeyError for an unknown key, entry or fact."""
        return self._edition[1].render(content, language)

    def sentence(self, key: str, language: str, **args: Argument) -> str:
        """Returns one interface sentence in `language`."""
        return self._edition[1].sentence(key, language, **args)

    def title(self, entry: str, language: str) -> str:
        """Returns an entry's title in `language`, with its facts."""
        return self._edition[1].title(entry, language)
