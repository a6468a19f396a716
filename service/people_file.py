"""The invented bodies, rooms, people and yearly plans of the sample cases, as ``cases/people.toml`` tells them."""

import tomllib
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.bodies import BodyKind, Role, RoomLevel
from domain.plans import PlanSide
from service.case_files import CaseFileError, case_text

FILE = "people.toml"


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonEntry(_Read):
    """A person of an organisation."""

    name: str
    sign_in_name: str
    role: Role


class OrganisationEntry(_Read):
    """A body and its people. ``parent`` names a body further up in the file."""

    name: str
    kind: BodyKind
    area: str
    parent: str | None = None
    people: tuple[PersonEntry, ...] = ()


class ConvenerEntry(_Read):
    """A convener with the posts that rules ask about."""

    sign_in_name: str
    is_cppcc_member: bool = False
    is_deputy_party_secretary: bool = False
    is_work_committee_director: bool = False
    is_party_secretary: bool = False
    is_liaison_member: bool = False
    acting_reason: str = ""
    since_on: date


class MemberEntry(_Read):
    """A member who is assigned to a room (SZ-23)."""

    sign_in_name: str
    since_on: date


class RoomEntry(_Read):
    """A room; its bodies are named."""

    name: str
    short_name: str
    level: RoomLevel
    rule_set_id: str
    area: str
    leading_party: str
    owner: str
    operator: str
    functions: tuple[str, ...] = ()
    fixed_member_kinds: tuple[str, ...] = ()
    responsibility_slots: tuple[str, ...] = ()
    conveners: tuple[ConvenerEntry, ...] = ()
    members: tuple[MemberEntry, ...] = ()


class LiaisonEntry(_Read):
    """A leader of a 政协 who guides an area (挂钩联系, SZ-35)."""

    sign_in_name: str
    area: str
    since_on: date


class ParametersEntry(_Read):
    """What a county sets for itself."""

    rule_set_id: str
    area: str
    version: str
    effective_on: date
    drafted_by: str
    published_by: str
    parameters: dict[str, Any]


class PlanItemEntry(_Read):
    """One topic that a plan provides for."""

    title: str
    is_key: bool = False


class PlanEntry(_Read):
    """The yearly plan of a 政协, signed off whole on one day by these people, each for a side."""

    organisation: str
    year: int
    title: str
    drawn_up_by: str
    signed_on: date
    signed_by: dict[PlanSide, str]
    items: tuple[PlanItemEntry, ...]


class PeopleFile(_Read):
    """All of them. Everybody has the same ``password``: this is for trying out only."""

    password: str
    mail_domain: str
    organisation: tuple[OrganisationEntry, ...]
    room: tuple[RoomEntry, ...]
    liaison: tuple[LiaisonEntry, ...] = ()
    parameters: tuple[ParametersEntry, ...] = ()
    annual_plan: tuple[PlanEntry, ...] = ()

    @property
    def people(self) -> list[tuple[OrganisationEntry, PersonEntry]]:
        """Everybody with the body they act for."""
        return [(body, person) for body in self.organisation for person in body.people]


def read_people() -> PeopleFile:
    """The file shipped with the service. Raises CaseFileError."""
    try:
        return PeopleFile.model_validate(tomllib.loads(case_text("people")))
    except tomllib.TOMLDecodeError as error:
        raise CaseFileError(FILE, "toml", f"格式有误，{error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CaseFileError(FILE, ".".join(map(str, first["loc"])), first["msg"]) from error
