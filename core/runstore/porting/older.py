"""Names that newer releases of common packages have taken away: what uses them runs only with an older release.

Scripts for Azure ML are of 2018 to 2025. They run here as they did there, given the packages of their time.
"""

from __future__ import annotations

_NAMES = {
    "numpy": {
        "numpy<1.24": "bool complex float int long object str unicode",
        "numpy<2": "Inf Infinity NINF NaN PINF alltrue asfarray complex_ cumproduct float_ infty msort product round_ "
        "sometrue string_ unicode_",
    },
    "sklearn.externals": {"scikit-learn<0.23": "joblib six"},
    "sklearn.datasets": {"scikit-learn<0.22": "fetch_mldata", "scikit-learn<1.2": "load_boston"},
    "sklearn.metrics": {
        "scikit-learn<1.2": "plot_confusion_matrix plot_precision_recall_curve plot_roc_curve plot_det_curve",
    },
    "sklearn.preprocessing": {"scikit-learn<0.22": "Imputer"},
    "scipy.misc": {"scipy<1.3": "imread imresize imsave"},
    "tensorflow": {
        "tensorflow<2": "ConfigProto FixedLenFeature GPUOptions GraphKeys InteractiveSession Session app contrib "
        "examples flags get_default_session global_variables_initializer layers log logging placeholder "
        "python_io reset_default_graph set_random_seed summary_iterator variable_scope",
    },
    "collections": {
        "python<3.10": "Callable Iterable Iterator Mapping MutableMapping MutableSequence MutableSet Sequence Set Sized"
    },
    "time": {"python<3.8": "clock"},
}
"""Module -> requirement -> names that only releases which meet it have."""

_MODULES = {
    "sklearn.cross_validation": "scikit-learn<0.20",
    "sklearn.grid_search": "scikit-learn<0.20",
    "tensorflow.contrib": "tensorflow<2",
    "tensorflow.examples": "tensorflow<2",
    "distutils": "python<3.12",
    "imp": "python<3.12",
}
"""Module -> the requirement under which it exists."""

_OLDER = {
    (module, name): requirement
    for module, requirements in _NAMES.items()
    for requirement, names in requirements.items()
    for name in names.split()
}


def older_for_module(path: str) -> str | None:
    """What ``import PATH`` needs, None when releases of today will do."""
    while path:
        if path in _MODULES:
            return _MODULES[path]
        path = path.rpartition(".")[0]
    return None


def older_for_name(path: str, name: str) -> str | None:
    """What ``PATH.name`` needs, None when releases of today will do."""
    return _OLDER.get((path, name)) or older_for_module(f"{path}.{name}")
