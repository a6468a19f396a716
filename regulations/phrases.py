"""Finding phrases in Chinese text, however it is spaced and quoted."""

import re
from collections.abc import Iterable

_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』", '"'))


def phrases_in(phrases: Iterable[str], *texts: str) -> tuple[str, ...]:
    """Those of the phrases that one of the texts says; white space, case and the form of quotes do not matter."""
    plain_texts = [_plain(text) for text in texts]
    return tuple(phrase for phrase in phrases if any(_plain(phrase) in text for text in plain_texts))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).translate(_QUOTES).casefold()
