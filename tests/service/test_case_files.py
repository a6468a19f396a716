"""Case files: what is wrong in one is named before anything is played."""

import pytest

from service.case_files import (
    DEMO_CASE,
    HANDBOOK_CASES,
    SAMPLE_CASES,
    CaseFileError,
    assertions_in,
    case_from,
    main,
    read_case,
)
from service.people_file import read_people

HEAD = 'id = "x"\ntitle = "题"\nregion = "suzhou"\nreader = "staff"\nsummary = "说明"\n'
STEP = '[[step]]\non = 2026-03-02\nwho = "staff"\n'


@pytest.mark.parametrize("name", sorted({*HANDBOOK_CASES, *SAMPLE_CASES, DEMO_CASE}))
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


def test_a_step_may_be_about_another_consultation_only_after_the_step_that_opened_it() -> None:
    opened = STEP + 'do = "/consultations"\nas = "second"\n'
    about = STEP + 'of = "second"\ndo = "terminations"\n'
    assert case_from(HEAD + opened + about, "x.toml").step[1].of == "second"
    with pytest.raises(CaseFileError, match="@second"):
        case_from(HEAD + about + opened, "x.toml")


def test_every_single_thing_that_a_step_compares_is_counted_once() -> None:
    expected = """[step.expect]
state = "reporting"
rules = ["SZ-21"]
tasks = [{ item = 1, state = "verified", is_in_time = true }, { item = 2, state = "verified" }]
clocks = [{ kind = "reporting", due_on = 2026-04-07 }]
scores = { public = "91.5", composite = "90.7" }
[step.expect.gates]
SZ-14 = "召集人主持"
SZ-21-S5 = "58.3"
"""
    (step,) = case_from(HEAD + STEP + expected, "x.toml").step
    assert assertions_in(step.expect) == 1 + 1 + 3 + 1 + 2 + 2


def test_the_count_names_every_case_of_the_handbook(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    printed = capsys.readouterr().out.splitlines()
    counted = {line.split()[0]: int(line.split()[3]) for line in printed[:-1]}
    assert set(HANDBOOK_CASES) < set(counted)
    assert all(counted[name] > 0 for name in HANDBOOK_CASES)
