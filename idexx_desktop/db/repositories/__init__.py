"""What is asked of the database, by subject; each repository is one user's view of one clinic.

Every statement names user and clinic although row security holds them anyway: two walls, and better plans.
"""
