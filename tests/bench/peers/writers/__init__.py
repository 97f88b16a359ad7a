"""Programs that the venvs of the peers run: `work` does one kind of work with one of the ``with_*`` modules.

Each ``with_*`` module logs as the documentation of its tool says, into the current folder:

    begin()                   begin a run; what ``init`` costs
    one(points)               log a scalar for each (step, name), one at a time
    at_once(steps, metrics)   log all metrics at each step
    finish()                  end the run
    kept()                    the steps of ``loss`` in the only run of the folder, by the tool's own reader
"""
