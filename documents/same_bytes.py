"""Packages that come out alike whenever they are made."""

import io
import zipfile

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def with_fixed_timestamps(package: bytes) -> bytes:
    """The same zip with every member dated alike: zipfile would write the hour of the rendering."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=_LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return buffer.getvalue()
