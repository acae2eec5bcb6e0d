"""Putting the whole record where anybody may fetch it, once a day."""

from __future__ import annotations

import gzip
import tempfile
from typing import IO, cast

from django.core.files import File
from django.core.files.storage import default_storage

from madang.ground.record.operations.sequencing import sequence
from madang.ground.record.queries.export import lines
from madang.ground.record.queries.log import latest_checkpoint
from madang.ground.record.queries.published import FOLDER, names


def publish() -> str:
    """Write the export beside the uploads, named by the newest checkpoint; returns its name. Older ones go."""
    sequence()
    newest = latest_checkpoint()
    name = f"{FOLDER}/record-{newest.pk if newest else 0}.jsonl.gz"
    with tempfile.TemporaryFile() as packed:
        # Without a time in its header: the same record gives the same bytes.
        with gzip.GzipFile("", "wb", fileobj=cast("IO[bytes]", packed), mtime=0) as out:
            for line in lines():
                out.write(line.encode())
        packed.seek(0)
        if default_storage.exists(name):
            default_storage.delete(name)
        default_storage.save(name, File(packed))
    for old in names():
        if old != name:
            default_storage.delete(old)
    return name
