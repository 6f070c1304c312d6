"""Keys and sealed secrets: the OS keyring or a passphrase vault, AES-256-GCM with associated data.

The only room that imports keyring and cryptography. It never logs a secret, never falls back to plain text,
and knows neither tables nor sites.
"""
