"""Tiny files of motion-capture exchange formats, made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.formats import made
from tests.formats.sample import FRAMES, Sample

Tree = dict[str, tuple[str | None, tuple[float, float, float]]]

ARM = ((3.0, 12.0, 0.0), (15.0, 0.0, 0.0), (28.0, 0.0, 0.0), (25.0, 0.0, 0.0))
LEG = ((10.0, -5.0, 0.0), (0.0, -42.0, 0.0), (0.0, -40.0, 0.0))


def suit_tree() -> Tree:
    """A body in a T-pose, cm, facing +z with its left at +x, named as suits name it."""
    tree: Tree = {"Hips": (None, (0.0, 0.0, 0.0))}
    for side, sign in (("Right", -1.0), ("Left", 1.0)):
        parent = "Hips"
        for part, (x, y, z) in zip(("UpLeg", "Leg", "Foot"), LEG, strict=True):
            tree[f"{side}{part}"] = (parent, (sign * x, y, z))
            parent = f"{side}{part}"
    tree |= {"Spine": ("Hips", (0.0, 10.0, 0.0)), "Spine1": ("Spine", (0.0, 15.0, 0.0)),
             "Spine2": ("Spine1", (0.0, 15.0, 0.0)), "Neck": ("Spine2", (0.0, 14.0, 0.0)),
             "Head": ("Neck", (0.0, 12.0, 1.0))}  # fmt: skip
    for side, sign in (("Right", -1.0), ("Left", 1.0)):
        parent = "Spine2"
        for part, (x, y, z) in zip(("Shoulder", "Arm", "ForeArm", "Hand"), ARM, strict=True):
            tree[f"{side}{part}"] = (parent, (sign * x, y, z))
            parent = f"{side}{part}"
    return tree


ENDS = {"Foot": (0.0, -6.0, 16.0), "Head": (0.0, 14.0, 0.0), "Hand": (0.0, 0.0, 0.0)}


def hierarchy(tree: Tree, joint: str, channels: str) -> str:
    """The text of ``joint`` and all below it."""
    parent, (x, y, z) = tree[joint]
    moves = "6 Xposition Yposition Zposition" if parent is None else "3"
    text = f"{'JOINT' if parent else 'ROOT'} {joint}\n{{\nOFFSET {x} {y} {z}\n"
    text += f"CHANNELS {moves} {channels}\n"
    children = [child for child, (above, _) in tree.items() if above == joint]
    text += "".join(hierarchy(tree, child, channels) for child in children)
    end = next((ENDS[part] for part in ENDS if joint.endswith(part)), None)
    if end is not None:
        text += "End Site\n{{\nOFFSET {} {} {}\n}}\n".format(*end)
    return text + "}\n"


def bvh_text(
    tree: Tree, turns: dict[str, tuple[int, float]], channels: str = "Yrotation Xrotation Zrotation"
) -> str:
    """``turns``: joint -> (which of its rotation channels, degrees a frame)."""
    order = [line.split()[1] for line in hierarchy(tree, "Hips", channels).splitlines()
             if line.startswith(("ROOT", "JOINT"))]  # fmt: skip
    values = np.zeros((FRAMES, 3 + 3 * len(order)))
    values[:, :3] = (1.0, 95.0, 2.0)
    for joint, (channel, step) in turns.items():
        values[:, 3 + 3 * order.index(joint) + channel] = step * np.arange(FRAMES)
    motion = "\n".join(" ".join(f"{v:.6f}" for v in row) for row in values)
    head = "HIERARCHY\n" + hierarchy(tree, "Hips", channels)
    return f"{head}MOTION\nFrames: {FRAMES}\nFrame Time: 0.008333\n{motion}\n"


def bvh(folder: Path) -> Path:
    """The left forearm bends by 5 deg a frame about y; the whole turns a little."""
    path = folder / "suit.bvh"
    turns = {"LeftForeArm": (0, -5.0), "Hips": (0, 1.0)}
    path.write_text(bvh_text(suit_tree(), turns))
    return path


def ntu_text(bodies: dict[str, np.ndarray]) -> str:
    """``bodies``: id -> (frames, 25, 3) m; a frame whose pelvis is NaN lacks the body."""
    frames = len(next(iter(bodies.values())))
    lines = [str(frames)]
    for frame in range(frames):
        here = {k: v[frame] for k, v in bodies.items() if np.isfinite(v[frame, 0, 0])}
        lines.append(str(len(here)))
        for body, joints in here.items():
            lines += [f"{body} 0 1 1 1 1 0 0.03 0.06 2", "25"]
            for joint, (x, y, z) in enumerate(joints):
                deep = f"{256 + 365 * x / z:.4f} {212 - 365 * y / z:.4f}" if z else "-inf -inf"
                colour = f"{960 + 1000 * x / z:.3f} {540 - 1000 * y / z:.3f}" if z else "NaN NaN"
                turn = "0 0 0 0" if joint in (3, 15, 19, 21, 22, 23, 24) else "0.6 0 0.8 0"
                lines.append(f"{x:g} {y:g} {z:g} {deep} {colour} {turn} {2 if z else 0}")
    return "\n".join(lines) + "\n"


def ntu(folder: Path) -> Path:
    """A person, and another one who is there for the first four frames."""
    other = made.kinect_v2() + np.array([1.0, 0.0, 0.5])
    other[4:] = np.nan
    path = folder / "S001C002P003R001A043.skeleton"
    path.write_text(ntu_text({"7205759403": other, "7205759404": made.kinect_v2()}))
    return path


SAMPLES = {
    "ntu": Sample("ntu", ntu),
    "bvh": Sample("bvh", bvh),
}
