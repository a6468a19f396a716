"""Case files: what is wrong in one is named before anything is played."""

import pytest

from service.case_files import DEMO_CASE, SAMPLE_CASES, CaseFileError, case_from, read_case
from service.people_file import read_people

HEAD = 'id = "x"\ntitle = "题"\nregion = "suzhou"\nreader = "staff"\nsummary = "说明"\n'
STEP = '[[step]]\non = 2026-03-02\nwho = "staff"\n'


@pytest.mark.parametrize("name", [*SAMPLE_CASES, DEMO_CASE])
def test_everybody_and_everything_a_case_names_is_in_the_people_file(name: str) -> None:
    case, people = read_case(name), read_people()
    known = {person.sign_in_name for _, person in people.people}
    assert {step.who for step in case.step} | {case.reader} <= known


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("id = ", "toml"),
        (HEAD, "step"),
        (HEAD + STEP, "step[0]"),
        (HEAD + STEP + 'do = "topics"\nwhen = 1\n', "step.0.when"),
        (HEAD + STEP + 'say = "甲"\n' + STEP.replace("03-02", "03-01") + 'say = "乙"\n', "step[1].on"),
        (HEAD + STEP + 'do = "sessions/@session/sign-ins"\n', "step[0]"),
        (HEAD + STEP + 'do = "approvals"\nexpect = { refused = "no_such_code" }\n', "step.0.expect.refused"),
        (HEAD + STEP.replace("2026-03-02", '"soon"') + 'say = "甲"\n', "step.0.on"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field_at_fault(text: str, field: str) -> None:
    with pytest.raises(CaseFileError) as refusal:
        case_from(text, "x.toml")
    assert refusal.value.field == field
    assert str(refusal.value).startswith("x.toml：")


def test_a_name_may_be_used_only_after_the_step_that_makes_it() -> None:
    made = STEP + 'do = "sessions"\nas = "session"\n'
    used = STEP + 'do = "sessions/@session/sign-ins"\nbody = { who = "@task:1" }\n'
    assert len(case_from(HEAD + made + used, "x.toml").step) == 2
    with pytest.raises(CaseFileError, match="@session"):
        case_from(HEAD + used + made, "x.toml")
