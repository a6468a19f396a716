"""From a notice to a letter: Jinja2 over `templates/<kind>/{subject.txt,body.txt,body.html}`.

HTML is escaped, a variable nobody gave fails, and no text of a variable can break out of its line.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from notifications import wording
from notifications.letters import Letter
from notifications.notices import Notice

TEMPLATES = Path(__file__).parent / "templates"


def render(notice: Notice, *, recipient_name: str, platform_name: str) -> Letter:
    """The letter of one notice to one person.

    Raises jinja2.UndefinedError when a template asks for what the notice does not have.
    """
    people = _people(recipient_name, platform_name)
    folder = notice.kind.value
    variables = {**wording.clean_variables(notice), **people, "letter_name": notice.kind.label}
    return Letter(
        subject=_subject(notice),
        text=_tidy(_ENVIRONMENT.get_template(f"{folder}/body.txt").render(variables)),
        html=_ENVIRONMENT.get_template(f"{folder}/body.html").render(variables),
    )


def render_digest(notices: Sequence[Notice], *, recipient_name: str, platform_name: str) -> Letter:
    """Several notices to one person as one letter, most urgent first; a single notice stays its own letter.

    Raises ValueError for no notice at all.
    """
    if not notices:
        raise ValueError("a digest of no notices")
    if len(notices) == 1:
        return render(notices[0], recipient_name=recipient_name, platform_name=platform_name)
    ordered = sorted(notices, key=_urgency)
    people = _people(recipient_name, platform_name)
    entries = {
        name: [
            {"subject": _subject(notice), "message": _message(notice, name, people), "link": notice.link}
            for notice in ordered
        ]
        for name in ("body.txt", "body.html")
    }
    first = {
        **people,
        "first_subject": _subject(ordered[0]),
        "count": len(ordered),
        "letter_name": "待办汇总",
    }
    return Letter(
        subject=_one_subject(_ENVIRONMENT.get_template("digest/subject.txt").render(first)),
        text=_tidy(
            _ENVIRONMENT.get_template("digest/body.txt").render(first, entries=entries["body.txt"]),
        ),
        html=_ENVIRONMENT.get_template("digest/body.html").render(first, entries=entries["body.html"]),
    )


def _people(recipient_name: str, platform_name: str) -> dict[str, object]:
    return {
        "recipient_name": wording.one_line(recipient_name),
        "platform_name": wording.one_line(platform_name),
    }


def _subject(notice: Notice) -> str:
    template = _ENVIRONMENT.get_template(f"{notice.kind.value}/subject.txt")
    return _one_subject(template.render(wording.clean_variables(notice)))


def _one_subject(text: str) -> str:
    return wording.shortened(wording.one_line(text), wording.SUBJECT_CHARACTERS_MAX)


def _message(notice: Notice, template_name: str, people: dict[str, object]) -> str:
    """The middle of a letter, without salutation and signature."""
    template = _ENVIRONMENT.get_template(f"{notice.kind.value}/{template_name}")
    context = template.new_context({**wording.clean_variables(notice), **people})
    message = "".join(template.blocks["message"](context))
    # The block was escaped when it was rendered; a second time would show the tags.
    return Markup(message) if template_name.endswith(".html") else message


def _urgency(notice: Notice) -> tuple[int, date]:
    due_on = getattr(notice, "due_on", None)
    return notice.kind.urgency_rank, due_on or date.max


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


@pass_eval_context
def _prose(context: EvalContext, text: str) -> str:
    lines = str(text).split("\n")
    if context.autoescape:
        return Markup("<br>").join(escape(line) for line in lines)
    return "\n　　".join(lines)


def _is_web_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        plain_date=wording.plain_date,
        long_date=wording.long_date,
        due_date=wording.due_date,
        local_time=wording.local_time,
        workdays=wording.workdays,
        time_left=wording.time_left,
        timeliness=wording.timeliness,
        chinese_number=wording.chinese_number,
        prose=_prose,
    )
    environment.tests["web_address"] = _is_web_address
    return environment


_ENVIRONMENT = _environment()
