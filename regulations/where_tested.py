"""Where each rule of the books is tested, as ``tests.where_rules_are_tested`` collected it into ``proofs/``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def where_tested() -> Mapping[str, tuple[str, ...]]:
    """By rule id: steps of sample cases, and tests by file and name. A rule that nothing tests is not there."""
    text = files("regulations").joinpath("proofs", "tested.toml").read_text(encoding="utf-8")
    return MappingProxyType({rule_id: tuple(places) for rule_id, places in tomllib.loads(text).items()})
