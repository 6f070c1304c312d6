"""Tests of the connection, identity, row security, audit log and leases."""
