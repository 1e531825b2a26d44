"""A confined process that reads files and hands back readings: `python -m inspection.extraction.worker`."""

from __future__ import annotations

from inspection.extraction.codec import decode_request, encode_reading
from inspection.extraction.preload import preload
from inspection.extraction.ranges import read_pieces
from inspection.extraction.read import read_file
from inspection.extraction.time_limit import limit_time
from inspection.sandbox.serve import serve


def handle(message: bytes) -> bytes:
    """Reads the file of one request."""
    request = decode_request(message)
    if request.ranges is None:
        return encode_reading(read_file(request.pieces[0], name=request.name, limits=request.limits))
    return encode_reading(
        read_pieces(
            request.pieces[-1],
            request.ranges,
            request.pieces[:-1],
            size_bytes=request.size_bytes,
            name=request.name,
            limits=request.limits,
        )
    )


if __name__ == "__main__":
    preload()
    limit_time()
    serve(handle)
