"""The proof of the readings in a data folder, in words: what is damaged, of whom and of when."""

from __future__ import annotations

from app.commissioning.proofs import Proof, proof
from app.settings import Texts
from app.store.proving import Proved
from app.store.proving_words import device_of, span_text

_NAMED = 3
"""How many damaged pieces are named one by one; the others are counted."""


def readings_proofs(proved: Proved, texts: Texts) -> list[Proof]:
    """One proof that all is whole, or one for each damaged piece and one for the rest."""
    count = len(proved.damaged)
    if not count:
        return [proof("readings", texts, good=True, count=proved.pieces)]
    found = [
        proof(
            "readings",
            texts,
            good=False,
            at=f"{piece.table} {piece.row}",
            device=device_of(piece),
            span=span_text(piece, texts),
        )
        for piece in proved.damaged[:_NAMED]
    ]
    if count > _NAMED:
        more = proof("readings_more", texts, good=False, count=count - _NAMED, all=proved.pieces)
        found.append(more)
    return found
