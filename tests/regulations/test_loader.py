"""A fault in the books stops the service and is named by file, entry and field."""

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from domain.rule_words import RuleBinding
from regulations.checks.registry import CHECKS, Finding, check
from regulations.county import with_county
from regulations.loader import load_rule_sets
from regulations.parameters import RuleSetError

Edit = Callable[[str, str], None]


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A copy of the built-in books that a test may spoil."""
    for file in resources.files("regulations").iterdir():
        if file.name.endswith(".toml"):
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def spoil(books: Path, file: str, old: str, new: str) -> RuleSetError:
    """Replace the first occurrence of a text and return the fault that loading reports."""
    path = books / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleSetError) as fault:
        load_rule_sets(books)
    return fault.value


def test_an_unspoilt_copy_loads(books: Path) -> None:
    assert load_rule_sets(books).keys() == load_rule_sets().keys()


# file, text, replacement, entry of the fault, field of the fault
FAULTS = [
    ("suzhou.toml", 'check = "room_name_contains"', 'check = "room_name_sings"', "rule SZ-05", "check"),
    ("suzhou.toml", 'arguments = { words = "“有事好商量”协商议事室" }\n', "", "rule SZ-05", "arguments.words"),
    ("suzhou.toml", "{ words = ", "{ word = ", "rule SZ-05", "arguments.word"),
    ("suzhou.toml", '{ words = "“有事好商量”协商议事室" }', "{ words = 5 }", "rule SZ-05", "arguments.words"),
    ("suzhou.toml", '{ words = "“有事好商量”协商议事室" }', "3", "rule SZ-05", "arguments"),
    ("suzhou.toml", 'id = "SZ-02"', 'id = "SZ-01"', "rule SZ-01", "id"),
    ("suzhou.toml", 'id = "SZ-02"', 'id = "D-S5-held"', "rule D-S5-held", "id"),
    ("suzhou.toml", 'id = "SZ-02"', 'id = "XX-02"', "rule XX-02", "id"),
    ("suzhou.toml", 'stage = "platform"', 'stage = "platfrom"', "rule SZ-01", "stage"),
    ("suzhou.toml", 'stage = "platform"\n', "", "rule SZ-01", "stage"),
    ("suzhou.toml", 'severity = "hard"', 'severity = "harsh"', "rule SZ-01", "severity"),
    ("suzhou.toml", 'clause = "在各地党委领导下"\n', "", "rule SZ-01", "clause"),
    ("suzhou.toml", 'article = "一(二)1"', 'artikel = "一(二)1"', "rule SZ-01", "article"),
    ("suzhou.toml", 'article = "一(二)1"', 'article = "一(二)1"\nnote = "x"', "rule SZ-01", "note"),
    ("suzhou.toml", 'check = "room_has_bodies"\n', "", "rule SZ-01", "arguments"),
    ("suzhou.toml", 'check = "topic_is_planned"\n', "", "rule SZ-34", "check"),
    ("suzhou.toml", 'levels = ["town", "street", "park"]\nreading', 'levels = ["hamlet"]\nreading', "rule SZ-13", "levels"),
    ("suzhou.toml", 'among = "list"', 'among = "queue"', "rule SZ-20", "arguments.among"),
    ("suzhou.toml", "denominator = 2", "denominator = 0", "parameters.direct_stakeholder_min", "value"),
    ("suzhou.toml", "numerator = 1", "numerator = 3", "parameters.direct_stakeholder_min", "value"),
    ("suzhou.toml", '["is_cppcc_member"', '["is_tall"', "rule SZ-13", "arguments.qualities"),
    ("suzhou.toml", '["leading_party"]', "[]", "rule SZ-01", "arguments.bodies"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', '', "rule SZ-22", "shown_at"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'check = "topic_is_planned"', "rule SZ-22", "check"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'shown_at = ["participants_form"]\nreason = "x"', "rule SZ-22", "reason"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'shown_at = ["participants_form"]\ncheck = "topic_is_planned"', "rule SZ-22", "shown_at"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "results"', "rule SZ-22", "counter"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'enforced_at = "machine"', "rule SZ-22", "enforced_at"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'enforced_at = "heaven"', "rule SZ-22", "enforced_at"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'shown_at = ["moon"]', "rule SZ-22", "shown_at"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "sunshine"', "rule SZ-22", "counter"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "room_coverage"', "rule SZ-22", "arguments.levels"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "room_coverage"\narguments = { levels = ["hamlet"] }', "rule SZ-22", "arguments.levels"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "room_coverage"\narguments = { levels = [] }', "rule SZ-22", "arguments.levels"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "results"\narguments = { levels = ["town"] }', "rule SZ-22", "arguments.levels"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "work_log_each"\narguments = { minimums = { siesta = 1 } }', "rule SZ-22", "arguments.minimums"),
    ("suzhou.toml", 'shown_at = ["participants_form"]', 'counter = "member_participation"\narguments = { points = "@no_such_key" }', "rule SZ-22", "arguments.points"),
    ("suzhou.toml", 'enforced_at = "loader"', 'counter = "results"', "rule SZ-16", "counter"),
    ("suzhou.toml", 'counter = "members_without_room"', 'enforced_at = "room"', "rule SZ-23", "enforced_at"),
    ("suzhou.toml", 'counter = "members_without_room"\n', "", "rule SZ-23", "counter"),
    ("suzhou.toml", 'check = "texts_avoid"\narguments = { words = "@forbidden_words" }', 'check = "texts_avoid"\narguments = { words = [] }', "rule SZ-07", "arguments.words"),
    ("linfen.toml", 'check = "topic_is_planned"', 'check = "notice_is_early_enough"\narguments = { days = "@feedback_days" }', "rule LF-23-plan", "arguments.days"),
    ("suzhou.toml", 'document = "关于认真', 'document = " "\nx = "', "rule_set", "document"),
    ("linfen.toml", 'interpreter = "市政协办公室"', 'interpreter = " "', "rule_set", "interpreter"),
    ("linfen.toml", 'adopted_by = "经相关会议研究通过"\n', "", "rule_set", "adopted_by"),
    ("nantong.toml", 'principles = "', 'principle = "', "texts", "principles"),
    ("nantong.toml", 'principles = "', 'principles = ""\nx = "', "texts", "principles"),
    ("nantong.toml", 'exchange = "', 'x = "y"\nexchange = "', "texts", "x"),
    ("suzhou.toml", 'stage = "topic"', 'stage = "whole"', "rule SZ-17", "stage"),
    ("suzhou.toml", 'stage = "topic"', "stage = []", "rule SZ-17", "stage"),
    ("suzhou.toml", '"cppcc_committee"], label', '"senate"], label', "approval_chain #1 step 2", "body_kinds"),
    ("suzhou.toml", '["cppcc_committee"], label', "[], label", "approval_chain #1 step 2", "body_kinds"),
    ("suzhou.toml", "period_workdays = 10", "period_workdays = 0", "approval_chain #1 step 1", "period_workdays"),
    ("suzhou.toml", 'levels = ["county", "city"]', 'levels = ["town"]', "approval_chain #3", "levels"),
    ("suzhou.toml", 'version = "2020-1"\n', "", "rule_set", "version"),
    ("suzhou.toml", 'interpreter = "政协苏州市委员会"', "interpreter = 7", "rule_set", "interpreter"),
    ("suzhou.toml", '"D-S8-commission"', '"D-S8-nothing"', "rule_set", "without_default_rules"),
    ("suzhou.toml", 'id = "suzhou"', 'id = "linfen"', "rule_set", "id"),
    ("suzhou.toml", "[documents]", "[dokuments]", "dokuments", "-"),
    ("suzhou.toml", 'SZ = "苏政〔2020〕9号"', "SZ = 1", "documents", "SZ"),
    ("sichuan.toml", '"@parallel_max"', '"@parallel_min"', "rule SC-04", "arguments.maximum"),
    ("sichuan.toml", '"@parallel_max"', '"@research_gate"', "rule SC-04", "arguments.maximum"),
    ("defaults.toml", '"@evaluation_weights"', '"@topic_sources"', "rule D-S8-satisfaction", "arguments.weights"),
    ("linfen.toml", ", county_sets = true }", " }", "parameters.feedback_days", "value"),
    ("linfen.toml", 'source = "LF 四条(七)", ', "", "parameters.platform_name", "source"),
    ("defaults.toml", "report_days = { value = 7", "report_days = { value = 0", "parameters.report_days", "value"),
    ("defaults.toml", "report_days = { value = 7", "report_days = { value = 7.5", "parameters.report_days", "value"),
    ("defaults.toml", "report_days = { value = 7", "report_days = { value = true", "parameters.report_days", "value"),
    ("defaults.toml", "{ village = 20, enterprise", "{ hamlet = 20, enterprise", "parameters.feedback_days", "value"),
    ("defaults.toml", "sessions_max = { value = 3", "sessions_max = { value = -3", "parameters.sessions_max", "value"),
    ("defaults.toml", "member_review = 25", "member_review = 26", "parameters.evaluation_weights", "value"),
    ("defaults.toml", "[[ladder.suspension]]", "[[ladder.siesta]]", "ladder.siesta", "kind"),
    ("defaults.toml", 'notice = "due_soon"', 'notice = "due_never"', "ladder.feedback_task.blue_10", "notice"),
    ("defaults.toml", 'colour = "blue"', 'colour = "mauve"', "ladder.feedback_task.blue_10", "colour"),
    ("defaults.toml", 'tell = ["duty_holder"]', 'tell = ["mayor"]', "ladder.feedback_task.blue_10", "tell"),
    ("defaults.toml", 'tell = ["duty_holder"]', "tell = []", "ladder.feedback_task.blue_10", "tell"),
    ("defaults.toml", 'opens = "escalation"', 'opens = "war"', "ladder.feedback_task.special_report", "opens"),
    ("defaults.toml", 'after = "period"', 'after = "lunch"', "ladder.feedback_task.yellow", "after"),
    ("defaults.toml", 'name = "blue_5"', 'name = "blue_10"', "ladder.feedback_task", "name"),
    ("defaults.toml", 'name = "blue_10"', 'name = "Blue 10"', "ladder.feedback_task.Blue 10", "name"),
    ("defaults.toml", 'notice = "red_notice"', 'notice = "follow_up_due"', "ladder.feedback_task.red", "notice"),
    ("defaults.toml", "offset_workdays = 5", "offset_workdays = 0", "ladder.feedback_task.red", "offset_workdays"),
    ("defaults.toml", 'colour = "red"\nnotice = "red_notice"', 'colour = "blue"\nnotice = "red_notice"', "ladder.feedback_task.red", "colour"),
    ("defaults.toml", 'opens = "escalation"\n', "", "ladder.feedback_task.special_report", "opens"),
    ("defaults.toml", 'notice = "due_soon"', 'notice = "due_soon"\nopens = "escalation"', "ladder.feedback_task.blue_10", "opens"),
    ("defaults.toml", 'opens = "talk"\nafter = "instruction"', 'opens = "talk"\nafter = "period"', "ladder.feedback_task.talk_proposed", "after"),
    ("defaults.toml", "offset_workdays = 4 #", "offset_workdays = -4 #", "ladder.acknowledgement.not_yet_acknowledged", "offset_workdays"),
    ("defaults.toml", "offset_workdays = -10", "offset_workdays = -1000", "ladder.feedback_task.blue_10", "offset_workdays"),
    ("defaults.toml", 'waivable_by = "cppcc_committee"', 'waivable_by = "anyone"', "rule D-S2-exclusions", "waivable_by"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "entry", "field"), FAULTS)
def test_a_fault_is_refused_and_named(
    books: Path, file: str, old: str, new: str, entry: str, field: str
) -> None:
    fault = spoil(books, file, old, new)
    assert (fault.entry, fault.field) == (entry, field)
    assert fault.file.endswith(".toml")
    assert str(fault).startswith(f"{fault.file}: {entry}: {field}: ")


def test_a_rule_set_without_its_four_texts_is_refused(books: Path) -> None:
    path = books / "nantong.toml"
    head, _, rest = path.read_text(encoding="utf-8").partition("[texts]")
    path.write_text(head + rest[rest.index("[parameters]") :], encoding="utf-8")
    with pytest.raises(RuleSetError, match=r"nantong\.toml: texts"):
        load_rule_sets(books)


def test_a_text_nobody_could_read_at_the_door_is_refused(books: Path) -> None:
    fault = spoil(books, "nantong.toml", 'principles = "', f'principles = "{"平" * 400}')
    assert (fault.entry, fault.field) == ("texts", "principles")
    assert "400" in str(fault)


def test_a_rule_may_be_only_recorded_with_the_reason_why(books: Path) -> None:
    path = books / "suzhou.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('shown_at = ["participants_form"]', 'reason = "属原则性要求"'))
    rule = load_rule_sets(books)["suzhou"].rule("SZ-22")
    assert (rule.binding, rule.reason) == (RuleBinding.REASON, "属原则性要求")


def test_a_counter_may_ask_for_a_number_that_nobody_has_set(books: Path) -> None:
    book = load_rule_sets(books)["linfen"]
    assert book.rule("LF-20").arguments["minimum"] is None
    assert book.rule("LF-18").arguments["minimum"] == 4
    county = with_county(book, {"yearly_minimum_by_level": {"town": 2}, "yearly_minimum": 6}, "2025-1+1")
    assert county.rule("LF-20").arguments["minimum"] == {"town": 2}
    assert county.rule("LF-18").arguments["minimum"] == 6


def test_broken_toml_names_its_file(books: Path) -> None:
    assert spoil(books, "linfen.toml", "[rule_set]", "[rule_set").file == "linfen.toml"


def test_a_file_that_is_no_text_names_its_file(books: Path) -> None:
    (books / "nantong.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleSetError, match=r"nantong\.toml"):
        load_rule_sets(books)


def test_an_obligation_without_ladder_is_refused(books: Path) -> None:
    path = books / "defaults.toml"
    before, _, rest = path.read_text(encoding="utf-8").partition("[[ladder.suspension]]")
    path.write_text(before + rest[rest.index("# ---") :], encoding="utf-8")
    with pytest.raises(RuleSetError, match="ladder: suspension"):
        load_rule_sets(books)


def test_books_without_the_defaults_are_refused(books: Path) -> None:
    (books / "defaults.toml").unlink()
    with pytest.raises(RuleSetError, match=r"defaults\.toml"):
        load_rule_sets(books)


def test_rules_that_ask_for_a_chain_need_one(books: Path) -> None:
    path = books / "linfen.toml"
    head, _, rest = path.read_text(encoding="utf-8").partition("[[approval_chain]]")
    path.write_text(head + rest[rest.index("# ---") :], encoding="utf-8")
    with pytest.raises(RuleSetError, match="approval_chain"):
        load_rule_sets(books)


def test_two_checks_of_one_name_are_refused() -> None:
    name = next(iter(CHECKS))

    def again() -> Finding:
        return Finding(True, "", "")

    again.__name__ = name
    with pytest.raises(ValueError, match=name):
        check(again)


def test_a_number_changed_in_the_parameters_changes_the_rule_that_names_it(books: Path) -> None:
    path = books / "sichuan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[parameters]", "[parameters]\nparallel_max = { value = 5, is_default = true }")
    )
    assert load_rule_sets(books)["sichuan"].rule("SC-04").arguments["maximum"] == 5
    assert load_rule_sets()["sichuan"].rule("SC-04").arguments["maximum"] == 3
