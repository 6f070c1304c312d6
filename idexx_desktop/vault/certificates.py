"""What a certificate of somebody else's says; no secret of ours."""

from __future__ import annotations

import base64
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def public_key_hash(certificate: bytes) -> str:
    """SHA-256 of the public key (SubjectPublicKeyInfo) in a certificate (DER), in base64: how browsers pin one."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()
