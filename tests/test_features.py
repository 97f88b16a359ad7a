"""docs/features.md is what the tests say."""

import re

from tests.features import DOCUMENT, features, table


def test_the_table_of_features_is_up_to_date():
    assert DOCUMENT.read_text() == table(), "run: python -m tests.features"


def test_every_feature_is_said_in_words():
    for feature in features():
        assert feature.number > 0, feature
        assert feature.what, feature
        assert not re.search(r"[\x00-\x1f]", feature.what + feature.keys), feature
