"""A standing person's markers, made by hand."""

from __future__ import annotations

# A person of 1.7 m who stands at the origin and looks along +x; y to the left, z up. One side;
# the other is its mirror image.
_SIDE = {
    "FHD": (0.09, 0.07, 1.62), "BHD": (-0.09, 0.06, 1.60),
    "SHO": (0.0, 0.18, 1.42), "UPA": (0.02, 0.26, 1.28), "ELB": (0.0, 0.27, 1.12),
    "FRM": (0.02, 0.28, 1.02), "WRA": (0.19, 0.19, 0.92), "WRB": (0.17, 0.24, 0.91),
    "FIN": (0.24, 0.22, 0.85), "ASI": (0.1, 0.12, 0.96), "PSI": (-0.1, 0.045, 0.97),
    "THI": (0.0, 0.19, 0.70), "KNE": (0.0, 0.15, 0.48), "TIB": (0.0, 0.17, 0.30),
    "ANK": (-0.02, 0.13, 0.08), "HEE": (-0.07, 0.09, 0.05), "TOE": (0.13, 0.1, 0.05),
}  # fmt: skip
_MIDDLE = {
    "C7": (-0.08, 0.0, 1.46), "T10": (-0.12, 0.0, 1.2), "CLAV": (0.06, 0.0, 1.38),
    "STRN": (0.1, 0.0, 1.2), "RBAK": (-0.12, -0.08, 1.35),
}  # fmt: skip
STANDING = (
    _MIDDLE
    | {f"L{name}": at for name, at in _SIDE.items()}
    | {f"R{name}": (x, -y, z) for name, (x, y, z) in _SIDE.items()}
)
