#!/usr/bin/env python3
"""Writes src/Protocols/Core/Unicode/normalization.txt from the Unicode data this Python brings along, and with --digests the
numbers NormalizationTests compares with. The file says which version of Unicode it is from."""

import hashlib
import pathlib
import sys
import unicodedata as u

HANGUL = range(0xAC00, 0xD7A4)
TABLE = pathlib.Path(__file__).parents[2] / "src/Protocols/Core/Unicode/normalization.txt"


def scalars():
    return (c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)


def table():
    yield f"# Unicode {u.unidata_version}, by tools/unicode/normalization.py"
    for c in scalars():
        parts = u.decomposition(chr(c)).split()
        if parts and parts[0].startswith("<"):
            yield f"{c:X}~{' '.join(p.lstrip('0') for p in parts[1:])}"
        elif parts:
            recomposes = u.normalize("NFC", chr(c)) == chr(c)
            yield f"{c:X}{'=' if recomposes else ':'}{' '.join(p.lstrip('0') for p in parts)}"
    for c in scalars():
        if u.combining(chr(c)):
            yield f"{c:X}^{u.combining(chr(c))}"


def digest(form):
    """Every scalar with what may meet it: alone, before and behind marks, behind a letter."""
    whole = hashlib.sha256()
    for c in scalars():
        for text in (chr(c), f"a{chr(c)}\u0327\u0301", f"\u0301{chr(c)}\u0323", f"\u1100{chr(c)}\u11A8"):
            whole.update(u.normalize(form, text).encode())
    return whole.hexdigest()


if "--digests" in sys.argv:
    for name in ("NFC", "NFKC"):
        print(name, digest(name))
else:
    TABLE.write_text("\n".join(table()) + "\n")
