from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.jobs.supervised import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.end()
