import os
import time
from pathlib import Path

import pytest

from tests.simulation import weeks
from tests.simulation.events import week
from tests.simulation.playing import Clinic
from tests.simulation.program import Program
from tests.support.postgres import ClinicDatabase


@pytest.mark.parametrize("seed", range(int(os.environ.get("A", "0")), int(os.environ.get("B", "3"))))
def test_sql(seed, clinic_database: ClinicDatabase, tmp_path: Path):
    w = week(seed, length=20)
    t = time.time()
    program = Program(
        Clinic.at_work(w),
        clinic_database,
        {"ana": clinic_database.people.a, "colleague": clinic_database.people.colleague},
        tmp_path,
    )
    try:
        weeks.play_beside(w, program)
    finally:
        program.close()
        print("seed", seed, time.time() - t)
