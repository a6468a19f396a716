"""The ids of every row of the handbook's rule extraction (domain.md §1), document by document."""


def _numbered(prefix: str, last: int, *extra: str, without: tuple[int, ...] = ()) -> tuple[str, ...]:
    return (*(f"{prefix}-{number:02d}" for number in range(1, last + 1) if number not in without), *extra)


HANDBOOK_IDS: dict[str, tuple[str, ...]] = {
    # SZ-09 is part of SZ-08; SZ-17b is a row of its own.
    "suzhou": _numbered("SZ", 39, "SZ-17b", without=(9,)),
    "nantong": (*_numbered("NT", 27), *_numbered("NA", 21)),
    "sichuan": _numbered("SC", 28),
    "linfen": _numbered("LF", 27),
}
