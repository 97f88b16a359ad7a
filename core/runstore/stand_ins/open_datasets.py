"""Open data sets that need no download: those that a package brings along."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.roots import cache_folder
from runstore.stand_ins.tabular_dataset import TabularDataset, TabularDatasetFactory
from runstore.stand_ins.transfer import whole_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Diabetes:
    """442 patients, ten measurements and ``Y``, how far the disease went on in a year; scikit-learn brings it."""

    @staticmethod
    def get_tabular_dataset(*_ignored: Any, **__ignored: Any) -> TabularDataset:
        """The data as a dataset; `UserErrorException` when scikit-learn 1.1 or newer is not installed."""
        from csv import writer

        try:
            from sklearn.datasets import load_diabetes  # type: ignore[import-not-found, import-untyped, unused-ignore]

            data = load_diabetes(scaled=False)
        except (ImportError, TypeError):
            text = "the diabetes data come with scikit-learn 1.1 or newer: pip install scikit-learn"
            raise UserErrorException(text) from None
        folder = os.path.join(cache_folder(), "datasets")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "diabetes.csv")
        with whole_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
            rows = writer(file)
            rows.writerow([*(name.upper() for name in data.feature_names), "Y"])
            rows.writerows([*values, target] for values, target in zip(data.data.tolist(), data.target.tolist()))
        return TabularDatasetFactory.from_delimited_files(path)
