from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The set of the words in a text: a readable way to write long lists of names."""
    return frozenset(text.split())
