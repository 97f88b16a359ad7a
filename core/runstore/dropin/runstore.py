"""The only module of its folder: with the folder on its path, an interpreter can import the run store, nothing else.

It becomes the package that lies above the folder, and not one of that package's neighbours in site-packages can be
imported through it. Any Python can read this file, so that one that is too old is told so.
"""


def _become_the_package():  # type: () -> None
    import sys
    from os.path import abspath, dirname, join

    if sys.version_info < (3, 8):  # noqa: UP036 - scripts bring their own interpreter
        raise ImportError("runstore needs Python 3.8 or later; this is " + sys.version.split()[0])
    from importlib.machinery import SourceFileLoader

    module = sys.modules[__name__]
    folder = dirname(dirname(abspath(__file__)))
    loader = SourceFileLoader(__name__, join(folder, "__init__.py"))
    module.__file__ = loader.path
    module.__package__ = __name__
    module.__path__ = [folder]
    module.__loader__ = loader
    spec = module.__spec__
    if spec is not None:
        spec.loader = loader
        spec.origin = loader.path
        spec.submodule_search_locations = [folder]
    loader.exec_module(module)


_become_the_package()
