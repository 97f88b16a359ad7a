"""Open data sets that a package brings along."""

import sys

import pytest

from runstore.exceptions import UserErrorException
from runstore.stand_ins.open_datasets import Diabetes


def test_the_diabetes_data_have_azures_columns():
    pytest.importorskip("sklearn")
    pytest.importorskip("pandas")
    frame = Diabetes.get_tabular_dataset().to_pandas_dataframe()
    assert list(frame.columns) == ["AGE", "SEX", "BMI", "BP", "S1", "S2", "S3", "S4", "S5", "S6", "Y"]
    assert len(frame) == 442
    assert frame["AGE"].between(18, 80).all()


def test_without_scikit_learn_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(UserErrorException, match="pip install scikit-learn"):
        Diabetes.get_tabular_dataset()
