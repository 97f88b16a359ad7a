"""docs/azure-ml.md tells what the code does: its table is made from the code, and what it says of a name is so."""

from pathlib import Path

import pytest

from runstore.dropin.azureml._names import MODULES, find
from runstore.exceptions import UserErrorException
from runstore.porting.names import AZURE
from runstore.porting.table import renewed, rows

DOCUMENT = Path(__file__).parents[3] / "docs" / "azure-ml.md"

MUST_WORK = {
    "Workspace": "from_config name location resource_group subscription_id",
    "Experiment": "submit start_logging",
    "Run": "get_context log wait_for_completion get_metrics id experiment parent properties tags download_file "
    "register_model upload_file complete get_file_names get_children get_details get_status",
    "RunDetails": "show",
    "azureml.core": "Environment ScriptRunConfig Experiment Workspace Run Model VERSION",
}
"""What nine out of ten uses in public scripts and notebooks are."""


@pytest.fixture(scope="module")
def fates():
    """(module or class, name) -> verdict and text."""
    return {(owner, name): judgement for part in AZURE for owner, name, judgement in rows(part)}


def test_the_table_in_the_document_is_the_one_that_the_code_makes():
    document = DOCUMENT.read_text()
    assert renewed(document) == document, "python -m runstore.porting.table docs/azure-ml.md"


def test_the_most_used_names_work(fates):
    for owner, names in MUST_WORK.items():
        for name in names.split():
            assert fates[owner, name].verdict == "works", (owner, name)


def test_every_name_of_the_drop_in_leads_somewhere():
    for module, names in MODULES.items():
        for name in names:
            find(module, name)


def test_what_cannot_be_used_raises_what_the_table_says(fates):
    refused = [
        (module, name) for (module, name), fate in fates.items() if module in MODULES and fate.verdict == "stops"
    ]
    assert len(refused) > 20
    for module, name in refused:
        with pytest.raises(UserErrorException) as raised:
            find(module, name)()
        assert fates[module, name].says in raised.value.message
        assert f"{module}.{name}" in raised.value.message


def test_a_document_without_a_place_for_the_table_is_refused():
    with pytest.raises(ValueError, match="needs the lines"):
        renewed("# nothing\n")
