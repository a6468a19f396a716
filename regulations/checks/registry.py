"""How a check becomes known by its name, and what it answers."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

CHAIN_ARGUMENT = "chain"
"""A check that has this parameter is handed the approval chain of the room; no rule writes it down."""


@dataclass(frozen=True)
class Finding:
    """What a check found, in words for people. `field` names the input to mend, where there is one."""

    is_satisfied: bool
    measured: str
    required: str
    field: str = ""


@dataclass(frozen=True)
class Check:
    """A registered check: its function, and the type of each argument that a rule must give."""

    name: str
    judge: Callable[..., Finding]
    arguments: Mapping[str, Any]
    optional: frozenset[str]
    asks_chain: bool


CHECKS: dict[str, Check] = {}

Function = TypeVar("Function", bound=Callable[..., Finding])


def check(function: Function) -> Function:
    """Register a pure function of the facts under its own name. Arguments are keyword-only.

    Raises ValueError when the name is taken.
    """
    name = function.__name__
    if name in CHECKS:
        raise ValueError(f"two checks are named {name}")
    hints = get_type_hints(function)
    keywords = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    CHECKS[name] = Check(
        name=name,
        judge=function,
        arguments={each.name: hints[each.name] for each in keywords if each.name != CHAIN_ARGUMENT},
        optional=frozenset(each.name for each in keywords if each.default is not inspect.Parameter.empty),
        asks_chain=any(each.name == CHAIN_ARGUMENT for each in keywords),
    )
    return function
