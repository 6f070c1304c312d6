"""A clinic's PC as it is: several users, several computers, odd folders, full and broken disks; real processes."""
