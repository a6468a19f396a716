"""The books over the API: counts, stages, what gives each rule its effect, and where it is tested."""

from typing import Any

import pytest

from domain.refusals import Severity
from domain.stages import GatePoint
from regulations.rule_effects import effect_words
from regulations.where_tested import where_tested
from tests.api.conftest import House
from tests.stories import BOOKS


def read(house: House, region: str) -> Any:
    """The rule set as anybody reads it, signed in or not."""
    answer = house.get(f"/api/v1/rule-sets/{region}")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("region", sorted(BOOKS.rule_sets))
def test_every_rule_says_how_it_binds_what_it_does_and_where_it_is_tested(house: House, region: str) -> None:
    shown = {one["id"]: one for one in read(house, region)["rules"]}
    rules = BOOKS.rule_sets[region].rules
    assert list(shown) == [rule.id for rule in rules]
    for rule in rules:
        found = shown[rule.id]
        assert found["binding"] == rule.binding.value
        assert found["binding_label"] == rule.binding.label
        assert found["effect"] == effect_words(rule)
        assert found["shown_at"] == list(rule.shown_at)
        assert found["tested_at"] == list(where_tested().get(rule.id, ()))
        assert (found["source"] == "系统默认，可在规则集中修改") is rule.is_default


@pytest.mark.parametrize("region", sorted(BOOKS.rule_sets))
def test_the_counts_add_up_to_the_rules(house: House, region: str) -> None:
    shown = read(house, region)
    assert set(shown["counts"]) == {severity.value for severity in Severity}
    for severity in Severity:
        listed = [one for one in shown["rules"] if one["severity"] == severity.value]
        assert shown["counts"][severity.value] == len(listed)


def test_rules_are_grouped_by_stage_in_the_order_of_the_stages(house: House) -> None:
    stages = read(house, "suzhou")["stages"]
    order = [point.value for point in GatePoint]
    assert [one["stage"] for one in stages] == sorted((one["stage"] for one in stages), key=order.index)
    for one in stages:
        point = GatePoint(one["stage"])
        assert one["stage_label"] == point.label
        wanted = [rule.id for rule in BOOKS.rule_sets["suzhou"].rules if point in rule.stages]
        assert one["rule_ids"] == wanted
