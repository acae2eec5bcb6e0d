"""A tamper-evident log: Merkle tree hashing (RFC 6962, RFC 9162), proofs, signed checkpoints, verification of a file.

Pure: bytes in, frozen results out. The bytes are specified in docs/record.md, from which anybody can write a verifier;
see docs/methods/ledger.md for what is guaranteed. Import from the modules.
"""

ENGINE_VERSION = "ledger-1.0"
