"""The proof of the readings in a data folder, in words: what is damaged, of whom and of when."""

from __future__ import annotations

from collections.abc import Sequence

from app.commissioning.proofs import Proof, note, proof
from app.commissioning.proving_places import fewer
from app.settings import Texts
from app.store.proving import Damaged, Proved
from app.store.proving_words import device_of, span_text

_SUMMARIES = {"rollups": "rollups", "spans": "rollups"}
"""Which words tables beside the readings have; the others are the layouts."""


def readings_proofs(proved: Proved, texts: Texts) -> list[Proof]:
    """One proof that all is whole, or one for each damaged piece and what follows."""
    if not proved.damaged:
        return [proof("readings", texts, good=True, count=proved.pieces)]
    found = [_proof("readings", piece, texts) for piece in proved.damaged]
    return [*fewer(found, texts), note("readings_lost", texts)]


def summaries_proofs(proved: Proved, texts: Texts) -> list[Proof]:
    """What is damaged beside the readings and what follows; nothing where all is whole."""
    pieces: dict[str, list[Damaged]] = {}
    for piece in proved.damaged:
        pieces.setdefault(_SUMMARIES.get(piece.table, "layouts"), []).append(piece)
    return [one for key, found in pieces.items() for one in _told(key, found, texts)]


def _told(key: str, pieces: Sequence[Damaged], texts: Texts) -> list[Proof]:
    found = fewer([_proof(key, piece, texts) for piece in pieces], texts)
    return [*found, note(f"{key}_lost", texts)]


def _proof(key: str, piece: Damaged, texts: Texts) -> Proof:
    return proof(
        key,
        texts,
        good=False,
        at=f"{piece.table} {piece.row}",
        table=piece.table,
        row=piece.row,
        device=device_of(piece),
        span=span_text(piece, texts),
    )
