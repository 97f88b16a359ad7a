"""Names of packages: what conda calls otherwise than pip, what no pip package is, and what Azure ML's own stand for."""

from __future__ import annotations

import re

PIP_NAMES = {
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "pytorch-gpu": "torch",
    "tensorflow-base": "tensorflow",
    "tensorflow-mkl": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "opencv": "opencv-python-headless",
    "py-opencv": "opencv-python-headless",
    "xgboost-cpu": "xgboost",
    "py-xgboost": "xgboost",
    "py-xgboost-cpu": "xgboost",
    "py-xgboost-gpu": "xgboost",
    "pytables": "tables",
    "matplotlib-base": "matplotlib",
    "seaborn-base": "seaborn",
    "numpy-base": "numpy",
    "msgpack-python": "msgpack",
    "python-graphviz": "graphviz",
    "protobuf3": "protobuf",
    "faiss": "faiss-cpu",
    "dask-core": "dask",
    "ray-core": "ray",
    "pyqt": "PyQt5",
}
"""Packages of conda channels whose name on the package index of Python differs."""

NOT_PYTHON = re.compile(
    r"(cudatoolkit|cudnn|cuda(-.*)?|pytorch-cuda|pytorch-mutex|cpuonly|nccl|nomkl|mkl(-include|-devel)?|blas|libblas"
    r"|openblas|openmp|llvm-openmp|intel-openmp|libgcc(-ng)?|libgomp|libstdcxx-ng|gcc.*|gxx.*|clang.*|compilers"
    r"|c-compiler|cxx-compiler|make|openmpi.*|mpich|mpi|ffmpeg|git|git-lfs|curl|wget|openssl|zlib|ca-certificates"
    r"|sqlite|readline|ncurses|tk|xz|bzip2|libffi|lib(?!rosa|svm|cst|sass|magic).*|glib|jpeg|libjpeg-turbo|libpng|openjpeg|hdf5|openjdk|nodejs"
    r"|r-.*|r|graphviz|ninja-base|icu|qt|_libgcc_mutex|_openmp_mutex|ld_impl_linux-64|conda|vc|vs2015_runtime)\Z"
)
"""Packages of conda channels that hold no Python."""

AZURE_NEEDS = {
    "azureml-mlflow": ["mlflow-skinny"],
    "azureml-dataprep[pandas]": ["pandas"],
    "azureml-dataset-runtime[pandas]": ["pandas"],
    "azureml-opendatasets": ["pandas"],
    "azureml-tensorboard": ["tensorboard"],
}
"""What scripts rely on that Azure ML's packages brought along; the packages themselves are replaced by runstore."""


def is_azure(name: str) -> bool:
    """Whether a package is one of Azure ML's own, which runstore stands in for."""
    return name == "azureml" or name.startswith("azureml-")


def brought_along(name: str, extras: list[str]) -> list[str]:
    """The pip packages that are to be installed in place of one of Azure ML's own."""
    found = list(AZURE_NEEDS.get(name, []))
    for extra in extras:
        found += AZURE_NEEDS.get(f"{name}[{extra}]", [])
    return found


def pip_name(name: str) -> str:
    """What pip calls the conda package ``name``."""
    return PIP_NAMES.get(name, name)
