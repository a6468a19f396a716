"""Ids: opaque, of their time, and in the order in which they were made, so that a list stays as it was typed."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from records.base import new_id

MANY = 20_000


def test_ids_stand_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(MANY)]
    assert made == sorted(made)
    assert len(set(made)) == MANY


def test_a_clock_that_goes_back_brings_no_id_twice_and_none_before_the_last() -> None:
    before = new_id()
    with patch.object(time, "time_ns", return_value=0):
        made = [new_id() for _ in range(5_000)]
    assert [before, *made] == sorted({before, *made})


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(MANY)))
    assert len(set(made)) == MANY


def test_an_id_is_a_uuid_of_version_seven_that_tells_its_millisecond() -> None:
    first = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    # Ids made in the same millisecond before may have carried it on by a few.
    assert first <= made.int >> 80 <= time.time_ns() // 1_000_000 + 20
