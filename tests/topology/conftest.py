"""The images once for all machines of a run, and the one installation whose services really run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from topology.images import Image
from topology.installation import Installation, images_of, laid_out, make_project


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A folder every user may enter: a test's own is closed to the services' users."""
    folder = Path(tempfile.mkdtemp(prefix="inspection-topology-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def images(ground: Path) -> dict[str, Image]:
    """What the Dockerfile makes, laid out."""
    return images_of(ground / "images", make_project(ground / "for-images"))


@pytest.fixture(scope="session")
def office(ground: Path, images: dict[str, Image]) -> Iterator[Installation]:
    """The whole installation, up and healthy."""
    with laid_out(ground / "office", images) as made:
        made.up(told=print)
        yield made
