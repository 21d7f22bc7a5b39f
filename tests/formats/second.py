"""OpenSim as second reader, in a process of its own: it is compiled, talks, and leaves logs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

_SCRIPT = """
import json, sys
import numpy as np
import opensim

kind, path, out = sys.argv[1:]
table = getattr(opensim, kind)(path)
labels = list(table.getColumnLabels())
keys = list(table.getTableMetaDataKeys())
wanted = ("inDegrees", "Units", "DataRate")
texts = {k: table.getTableMetaDataString(k) for k in keys if k in wanted}
# The flat table and its matrix are views: each must outlive what is taken from it.
if kind.endswith("Quaternion"):
    rows = [table.getRowAtIndex(i) for i in range(table.getNumRows())]
    cells = [[row.getElt(0, j) for j in range(len(labels))] for row in rows]
    values = np.array([[q.get(k) for q in row for k in range(4)] for row in cells])
else:
    flat = table.flatten() if kind.endswith("Vec3") else table
    matrix = flat.getMatrix()
    values = np.array(matrix.to_numpy())
np.savez(out, time=np.array(table.getIndependentColumn()), values=values)
print("RESULT" + json.dumps({"labels": labels, "texts": texts}))
"""


def opensim_table(path: Path, kind: str = "TimeSeriesTable") -> dict[str, Any]:
    """``labels``, ``texts`` (header), ``time`` (rows,) and ``values`` (rows, columns)."""
    out = path.with_suffix(".npz")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, kind, str(path), str(out)],
        capture_output=True, text=True, cwd=path.parent, check=False, timeout=120,
    )  # fmt: skip
    lines = [x for x in done.stdout.splitlines() if x.startswith("RESULT")]
    assert lines, done.stdout[-1000:] + done.stderr[-1000:]
    found: dict[str, Any] = json.loads(lines[0].removeprefix("RESULT"))
    with np.load(out) as arrays:
        return found | {"time": arrays["time"], "values": arrays["values"]}
