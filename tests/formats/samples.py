"""The samples of every format: those of the base formats here, further ones in their families."""

from __future__ import annotations

from tests.formats import made
from tests.formats.sample import FRAMES, Sample, further

SAMPLES = {
    "kimore": Sample("kimore", made.kimore),
    "irds-simplified": Sample("irds", made.irds_simplified),
    "irds-raw": Sample("irds", made.irds_raw),
    "ui-prmd": Sample("ui-prmd", made.ui_prmd),
    "utkinect": Sample("utkinect", made.utkinect, FRAMES - 1),
    "mediapipe-json": Sample("mediapipe", made.mediapipe_json),
    "mediapipe-csv": Sample("mediapipe", made.mediapipe_csv),
    "plain-csv": Sample("csv", made.plain_csv),
    "own-csv": Sample("csv", made.own_csv),
    "parquet": Sample("parquet", made.parquet),
}
SAMPLES |= further()
