"""The same ridge regression as a sweep: one run for each alpha, made by `start_logging`, ready to compare.

Each run logs its error on unseen records against the number of records it was fitted on (its learning curve).
"""

import numpy as np

from runs_tui.demo.trainings.ridge import fit, mean_squared_error, patients
from runstore import Experiment, Workspace

EXPERIMENT = "ridge-alpha"


def main() -> None:
    x, y = patients(np.random.default_rng(0), 442)
    cut = len(y) * 4 // 5
    experiment = Experiment(Workspace.from_config(), EXPERIMENT)
    for alpha in np.arange(0.0, 1.0, 0.05).tolist():
        name = f"alpha-{alpha:.2f}"
        with experiment.start_logging(snapshot_directory=None, display_name=name, params={"alpha": alpha}) as run:
            for records in np.linspace(20, cut, 20).astype(int).tolist():
                weights, intercept = fit(x[:records], y[:records], alpha)
                run.log("mse", mean_squared_error(x[cut:], y[cut:], weights, intercept), step=records)


if __name__ == "__main__":
    main()
