"""docs/features.md is what the tests say."""

import re

from tests.features import DOCUMENT, features, table


def test_the_table_of_features_is_up_to_date():
    assert DOCUMENT.read_text() == table(), "run: python -m tests.features"


def test_every_feature_has_a_number_of_its_own_and_a_key_or_command():
    for feature in features():
        assert feature.number > 0, feature
        assert feature.what, feature
        assert feature.keys, feature
        assert not re.search(r"[\x00-\x1f]", feature.what + feature.keys), feature
