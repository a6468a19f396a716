"""How messages cross the workflow border: JSON, with plain dates, which the SDK's own converter does not know."""

from datetime import date
from typing import Any

from temporalio.converter import (
    AdvancedJSONEncoder,
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    JSONTypeConverter,
)


class _DayEncoder(AdvancedJSONEncoder):
    def __init__(self, **options: Any) -> None:
        """Leave Chinese as it is: escaped, it would take twice the room in every history."""
        super().__init__(**{**options, "ensure_ascii": False})

    def default(self, o: Any) -> Any:
        """Write dates as ISO text; leave the rest to the SDK."""
        return o.isoformat() if isinstance(o, date) else super().default(o)


class _DayConverter(JSONTypeConverter):
    def to_typed_value(self, hint: type[Any], value: Any) -> Any:
        """Read a date where a date is expected."""
        if hint is date:
            return date.fromisoformat(value)
        return JSONTypeConverter.Unhandled


class _WireConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        json_converter = JSONPlainPayloadConverter(
            encoder=_DayEncoder, custom_type_converters=[_DayConverter()]
        )
        super().__init__(
            *(
                json_converter if isinstance(one, JSONPlainPayloadConverter) else one
                for one in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


WIRE = DataConverter(payload_converter_class=_WireConverter)
"""The converter of every client and worker of the service."""
