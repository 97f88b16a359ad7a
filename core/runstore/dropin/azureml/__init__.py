"""The names of Azure ML SDK v1 (``azureml.core`` and its neighbours), for scripts that run on the local run store.

No module below this package is a file: the tables in ``_names`` say which name leads where, and a name is looked up
when it is first used.
"""

if __name__ == "azureml":  # not as runstore.dropin.azureml, where tools read the tables
    from runstore.dropin.azureml._importer import install

    install(globals())
