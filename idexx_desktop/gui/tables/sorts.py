"""What the tables of the pages sort by."""

from __future__ import annotations

from idexx_desktop.domain.orders import By
from idexx_desktop.gui.strings import sorting
from idexx_desktop.gui.tables.columns import Sort

BY_TIME = Sort(By.TIME, sorting.OLDEST_FIRST, sorting.NEWEST_FIRST, down_first=True)
BY_DUE_TIME = Sort(By.TIME, sorting.EARLIEST_FIRST, sorting.LATEST_FIRST)
BY_PET = Sort(By.PET, sorting.PET_A_TO_Z, sorting.PET_Z_TO_A)
BY_OWNER = Sort(By.OWNER, sorting.OWNER_A_TO_Z, sorting.OWNER_Z_TO_A)
BY_PROVIDER = Sort(By.PROVIDER, sorting.A_TO_Z, sorting.Z_TO_A)
BY_STATE = Sort(By.STATE, sorting.BY_STATE, sorting.BY_STATE_BACK)
BY_READ = Sort(By.READ, sorting.OLDEST_FIRST, sorting.NEWEST_FIRST, down_first=True)
BY_KIND = Sort(By.KIND, sorting.A_TO_Z, sorting.Z_TO_A)
BY_IN_NEO = Sort(By.IN_NEO, sorting.A_TO_Z, sorting.Z_TO_A)
BY_BRANCH = Sort(By.BRANCH, sorting.A_TO_Z, sorting.Z_TO_A)
BY_CLINIC = Sort(By.CLINIC, sorting.A_TO_Z, sorting.Z_TO_A)
BY_COMPUTER = Sort(By.COMPUTER, sorting.A_TO_Z, sorting.Z_TO_A)
BY_CALL_STATE = Sort(By.STATE, sorting.BY_CALL_STATE, sorting.BY_CALL_STATE_BACK)
BY_TRIGGER = Sort(By.STARTED_BY, sorting.BY_TRIGGER, sorting.BY_TRIGGER_BACK)
BY_RESULT = Sort(By.RESULT, sorting.WELL_FIRST, sorting.PROBLEMS_FIRST, down_first=True)
BY_FAILED = Sort(By.FAILED, sorting.FEWEST_PROBLEMS, sorting.MOST_PROBLEMS, down_first=True)
