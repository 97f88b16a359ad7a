"""What goes wrong around a training: kills, full disks, damaged files. Each test states what must hold all the same.

``make faults`` tries all of it at full scale (`tests.faults.scale`); ``make test`` tries a little of each.
"""
