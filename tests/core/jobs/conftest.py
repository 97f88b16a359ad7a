from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.jobs.submitting import Submitter
from tests.core.jobs.supervised import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.end()


@pytest.fixture
def submitter(tmp_path: Path) -> Iterator[Submitter]:
    submitter = Submitter(str(tmp_path))
    yield submitter
    submitter.end()
