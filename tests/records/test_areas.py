"""An area bears the name of its 政协; without one it keeps its code."""

import pytest

from domain.bodies import BodyKind
from records.queries.areas import area_names
from records.tables.people import Organisation
from tests import cast
from tests.stories import new_story


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [
        ("枫溪区政协", BodyKind.CPPCC_COMMITTEE, "枫溪区"),
        ("政协枫溪区委员会", BodyKind.CPPCC_COMMITTEE, "枫溪区"),
        ("云塘街道政协工委", BodyKind.WORK_COMMITTEE, "云塘街道"),
        ("云塘街道政协工作委员会", BodyKind.WORK_COMMITTEE, "云塘街道"),
        ("枫溪区住建局", BodyKind.HANDLING_UNIT, "elsewhere"),
    ],
)
def test_an_area_bears_the_name_of_its_cppcc(sqlite_url: str, body: str, kind: BodyKind, name: str) -> None:
    story = new_story(sqlite_url)
    story.add(Organisation(name=body, kind=kind, area="elsewhere"))
    with story.look() as session:
        assert area_names(session, ["elsewhere"]) == {"elsewhere": name}
        assert area_names(session, [cast.STREET])[cast.STREET] == "云塘街道"
    story.register.dispose()
