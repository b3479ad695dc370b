"""Makes Office files repeatable: the same parts give the same bytes."""

import io
import re
import zipfile
from datetime import UTC, datetime

FIXED = datetime(2025, 1, 1, tzinfo=UTC)
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def repeatable(archive: bytes) -> bytes:
    """Return the archive with its parts in order and every time, also of saving, ``FIXED``."""
    out = io.BytesIO()
    saved = FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _SAVED.sub(rb"\g<1>" + saved + rb"\g<2>", data)
            new.writestr(info, data)
    return out.getvalue()
