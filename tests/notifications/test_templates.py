import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError, meta

from domain.notices import NoticeKind
from notifications import rendering
from notifications.notices import NOTICES, Notice
from notifications.rendering import TEMPLATES, render
from tests.notifications.samples import BY_KIND

FILES = ("subject.txt", "body.txt", "body.html")
GIVEN_BY_RENDER = {"recipient_name", "platform_name", "letter_name"}
KINDS = pytest.mark.parametrize("kind", list(NoticeKind))


def variables_of(kind: NoticeKind, file: str) -> set[str]:
    """The variables a template and its layout ask for."""
    environment = rendering._environment()
    source = (TEMPLATES / kind.value / file).read_text(encoding="utf-8")
    found = meta.find_undeclared_variables(environment.parse(source))
    layout = TEMPLATES / "layouts" / f"letter.{file.rpartition('.')[2]}"
    if file != "subject.txt":
        found |= meta.find_undeclared_variables(environment.parse(layout.read_text(encoding="utf-8")))
    return found


@KINDS
def test_every_kind_has_its_variables_a_sample_and_three_templates(kind: NoticeKind) -> None:
    assert NOTICES[kind].kind is kind
    assert type(BY_KIND[kind]) is NOTICES[kind]
    assert sorted(path.name for path in (TEMPLATES / kind.value).iterdir()) == sorted(FILES)


def test_no_template_folder_is_without_its_kind() -> None:
    folders = {path.name for path in TEMPLATES.iterdir()}
    assert folders == {kind.value for kind in NoticeKind} | {"layouts", "digest"}


@KINDS
@pytest.mark.parametrize("file", FILES)
def test_a_template_uses_only_variables_its_notice_declares(kind: NoticeKind, file: str) -> None:
    declared = {field.name for field in fields(NOTICES[kind])} | GIVEN_BY_RENDER
    assert variables_of(kind, file) <= declared


@KINDS
@pytest.mark.parametrize("file", ["body.txt", "body.html"])
def test_both_bodies_say_everything_the_notice_carries(kind: NoticeKind, file: str) -> None:
    assert {field.name for field in fields(NOTICES[kind])} <= variables_of(kind, file)


@KINDS
@pytest.mark.parametrize("file", FILES)
def test_letters_use_full_width_punctuation(kind: NoticeKind, file: str) -> None:
    source = (TEMPLATES / kind.value / file).read_text(encoding="utf-8")
    spoken = re.sub(r"{[{%#].*?[}%#]}|<[^>]*>", "", source, flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff}][,;:!?()\"'][\u4e00-\u9fff]?", spoken)


@KINDS
def test_every_text_of_a_notice_reaches_its_reader(kind: NoticeKind) -> None:
    notice = BY_KIND[kind]
    letter = render(notice, recipient_name="沈知远", platform_name="有事好商量")
    for field in fields(notice):
        value = getattr(notice, field.name)
        for line in value.splitlines() if isinstance(value, str) else ():
            assert line in letter.text, field.name
            assert line in letter.html, field.name


@KINDS
def test_a_letter_says_nothing_of_values_that_are_not_given(kind: NoticeKind) -> None:
    notice = BY_KIND[kind]
    not_given: dict[str, Any] = {
        field.name: field.default for field in fields(notice) if field.default in (None, "", ())
    }
    bare = replace(notice, **not_given)
    letter = render(bare, recipient_name="沈知远", platform_name="有事好商量")
    for body in (letter.subject, letter.text, letter.html):
        assert "None" not in body
        assert "：\n\n（一）" not in body


def test_a_variable_nobody_gave_fails_loudly() -> None:
    assert rendering._ENVIRONMENT.undefined is StrictUndefined
    template = rendering._ENVIRONMENT.get_template("due_soon/body.txt")
    with pytest.raises(UndefinedError, match="unit_name"):
        template.render(recipient_name="沈知远", platform_name="有事好商量", task_title="增设护学岗")


def test_templates_carry_no_style_and_no_script() -> None:
    for path in Path(TEMPLATES).rglob("*.html"):
        assert not re.search(r"<script|<style|style=|<img|javascript:", path.read_text(encoding="utf-8"))


def test_only_html_is_escaped() -> None:
    autoescape = rendering._ENVIRONMENT.autoescape
    assert callable(autoescape)
    assert autoescape("overdue/body.html")
    assert not autoescape("overdue/body.txt")
    assert isinstance(rendering._ENVIRONMENT, Environment)
    assert issubclass(NOTICES[NoticeKind.OVERDUE], Notice)
