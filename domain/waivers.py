"""Who may waive a rule: the kind of body or the capacity that the rule itself names."""

from domain.bodies import BodyKind, Role

_LABELS = {str(member.value): member.label for member in (*BodyKind, *Role)}


def competence_label(waivable_by: str | None) -> str:
    """What the body that may waive is called; empty for a rule that nobody may waive."""
    return _LABELS[waivable_by] if waivable_by else ""


def is_competent(waivable_by: str | None, body_kind: BodyKind | None, role: Role) -> bool:
    """Whether somebody in this capacity, acting for a body of this kind, is who the rule names."""
    return waivable_by is not None and waivable_by in {role.value, body_kind.value if body_kind else ""}
