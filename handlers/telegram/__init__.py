CHANNEL = "telegram"
"""The channel's name in the inbox and the outbox."""

_SUPERGROUP = "-100"


def topic_link(chat: str, thread: str) -> str:
    """Returns the address that opens a topic for members of its group; empty for a group that has no topics."""
    return f"https://t.me/c/{chat.removeprefix(_SUPERGROUP)}/{thread}" if chat.startswith(_SUPERGROUP) else ""
