"""Verifies the DSSE envelope of each bundle with securesystemslib, then reads its Statement with in-toto-attestation.

Gets [{"directory", "keyId"}] as JSON on standard input and answers [{"accepted", "says"}] on standard output.
"""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey


def verify(directory: Path, key_id: str) -> None:
    bundle = json.loads((directory / "bundle.json").read_bytes())
    envelope = Envelope.from_dict(bundle["dsseEnvelope"])
    public_key = load_pem_public_key((directory / "key.pem").read_bytes())
    envelope.verify([SSlibKey.from_crypto(public_key, keyid=key_id)], 1)
    statement = json_format.Parse(envelope.payload, statement_pb2.Statement())
    Statement.copy_from_pb(statement).validate()


def judge(case: dict) -> dict:
    try:
        verify(Path(case["directory"]), case["keyId"])
    except Exception as refusal:  # Whatever it raises, it has not verified the bundle.
        return {"accepted": False, "says": f"{type(refusal).__name__}: {refusal}"}
    return {"accepted": True, "says": "verified"}


json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)
