"""Organisations as a tree: areas within areas, and in each area the bodies under those they answer to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Branch:
    """One body with how many people act for it, and the bodies of the same area that answer to it."""

    body: Any
    people: int
    below: tuple["Branch", ...]


@dataclass
class Area:
    """One area with its bodies and the areas within it; ``bodies`` and ``people`` are counted over all of it."""

    code: str
    branches: tuple[Branch, ...] = ()
    within: list["Area"] = field(default_factory=list)
    bodies: int = 0
    people: int = 0


def tree_of(rows: Iterable[Any], people: Mapping[str, int]) -> list[Area]:
    """The areas at the top. An area that has no body of its own is passed over."""
    by_area: dict[str, list[Any]] = {}
    for row in rows:
        by_area.setdefault(row.area, []).append(row)
    top: list[Area] = []
    path: list[Area] = []
    for code in sorted(by_area, key=lambda one: one.split("/")):
        area = Area(code, _branches(by_area[code], people))
        while path and not code.startswith(path[-1].code + "/"):
            path.pop()
        (path[-1].within if path else top).append(area)
        path.append(area)
        for one in path:
            one.bodies += len(by_area[code])
            one.people += sum(people.get(row.id, 0) for row in by_area[code])
    return top


def _branches(rows: Sequence[Any], people: Mapping[str, int]) -> tuple[Branch, ...]:
    here = {row.id for row in rows}
    below: dict[str, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in here else "", []).append(row)

    def grown(parent: str, above: frozenset[str]) -> tuple[Branch, ...]:
        return tuple(
            Branch(row, people.get(row.id, 0), grown(row.id, above | {row.id}))
            for row in sorted(below.get(parent, ()), key=lambda one: (one.kind.value, one.name))
            if row.id not in above
        )

    return grown("", frozenset())
