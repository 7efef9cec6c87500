"""The chain of hashes that ends in a package's seal, for who packs and who reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

VERSION = 1
MANIFEST, DESCRIPTION = "manifest.json", "datapackage.json"


def chain(listing: Mapping[str, Any]) -> list[dict[str, str]]:
    """Links over a manifest: the ledger's head, each input, what the manifest says itself, each file."""
    said = {name: value for name, value in listing.items() if name not in ("files", "chain", "seal")}
    parts = [("台账", sha256_of(canonical(listing["ledger"])))]
    parts += [(f"{file['role']} {file['path']}", str(file["sha256"])) for file in listing["inputs"]]
    parts += [("清单", sha256_of(canonical(said))), *sorted(listing["files"].items())]
    links, before = [], ""
    for what, sha256 in parts:
        before = sha256_of(f"{before}{what}{sha256}".encode())
        links.append({"what": what, "sha256": sha256, "link": before})
    return links


def canonical(value: object) -> bytes:
    """JSON that is the same whatever the order of its names."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")


def sha256_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
