"""Which words of a text a region does not use: judged on drafts, and once more before anything is made public."""

from regulations.phrases import phrases_in
from regulations.rule_sets import RuleSet

WORD_LISTS = ("decision_words", "forbidden_words")
"""The parameters that hold such words: those with which 政协 would decide, and names no longer used."""


def forbidden_in(rule_set: RuleSet, text: str) -> tuple[str, ...]:
    """The forbidden words that the text says, in the order of the books. Empty when it may be made public."""
    words: list[str] = []
    for key in WORD_LISTS:
        value = rule_set.parameter(key).value
        if isinstance(value, tuple):
            words += [str(word) for word in value]
    return phrases_in(words, text)
