"""Nobody types an identifier: what another record is named by is chosen from a list."""

from api.pages.catalogue import CONSULTATION_FORMS, TASK_FORMS_BY_NOUN
from domain.stages import ConsultationState
from records.tables.outcomes import OutcomeDocument
from tests import cast
from tests.api.pages.conftest import Pages

HIDDEN = {"review_id"}


def test_whatever_a_form_names_by_its_identifier_is_chosen_or_ticked() -> None:
    forms = (*CONSULTATION_FORMS.values(), *TASK_FORMS_BY_NOUN.values())
    typed = {
        (form.noun, field.name)
        for form in forms
        for field in form.fields
        if field.name.endswith(("_id", "_ids")) and field.kind not in {"choice", "ticks"}
    }
    assert {name for _, name in typed} <= HIDDEN


def test_the_document_that_is_sent_upward_is_chosen_by_its_title(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    document = pages.story.one(OutcomeDocument)
    text = pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/outcomes").text
    assert '<select id="submissions-document_id" name="document_id" required>' in text
    assert f'<option value="{document.id}">协商报告</option>' in text
