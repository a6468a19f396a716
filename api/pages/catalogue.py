"""Every form on a consultation and on its tasks, by the noun in its address."""

from collections.abc import Mapping

from api.pages.act_forms import ACT_FORMS, TASK_FORMS
from api.pages.form_specs import FormSpec
from api.pages.paper_forms import PAPER_FORMS
from api.pages.side_forms import SIDE_FORMS

CONSULTATION_FORMS: Mapping[str, FormSpec] = {
    form.noun: form for form in (*ACT_FORMS, *PAPER_FORMS, *SIDE_FORMS)
}
TASK_FORMS_BY_NOUN: Mapping[str, FormSpec] = {form.noun: form for form in TASK_FORMS}
