"""``generate``: a recording of a made movement, and its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.recording import ExerciseLabel, Recording, Scale, Skeleton, Source, Subject, Up
from rehabkit.recording.skeletons import KINECT_V2, skeleton_by_name
from rehabkit.repetitions.types import Side
from rehabkit.simulate import body, pose, sensor, timeline
from rehabkit.simulate.motions import Motion, SideChoice, motion
from rehabkit.simulate.timeline import Planned, Tempo
from rehabkit.simulate.types import Faults, Simulated, TrueFault, Truth

PARTIAL_SHARE = 0.5
NO_FAULTS, USUAL_TEMPO = Faults(), Tempo()
_IMAGE_SIZE, _FOCAL_PX = (1280, 720), 700.0


def generate(
    exercise: str = "squat",
    *,
    skeleton: str | Skeleton = KINECT_V2,
    repetitions: int = 5,
    partial: int = 0,
    sides: SideChoice | None = None,
    faults: Faults = NO_FAULTS,
    tempo: Tempo = USUAL_TEMPO,
    rate_hz: float = 30.0,
    rate_spread: float = 0.0,
    lead_s: float = 1.2,
    set_up_s: float = 0.0,
    cut_start_s: float = 0.0,
    heading_deg: float = 0.0,
    mirror: bool = False,
    noise_m: float = 0.0,
    height_m: float = 1.72,
    image: str = "none",
    extreme: Mapping[str, float] | None = None,
    seed: int = 0,
) -> Simulated:
    """A body that does ``exercise``, built by forward kinematics from angles over time.

    Parameters
    ----------
    exercise
        One of :data:`~rehabkit.simulate.motions.MOTIONS`.
    skeleton
        What the sensor holds; any skeleton whose joints the body has.
    repetitions, partial
        Whole repetitions, and short ones (42 % of the range) after them.
    sides
        ``"both"``, ``"left"``, ``"right"`` or ``"alternating"`` (left first); None: as usual.
    rate_hz, rate_spread
        Frames a second; each step varies by up to this share of it.
    lead_s, set_up_s
        Rest before the first repetition, and before that movement that is none.
    cut_start_s
        The recording begins this late: a repetition that is under way counts as partial.
    heading_deg
        The person turned to their own right; 0 faces the sensor.
    mirror
        The body's mirror image, which moves the other side.
    noise_m
        Standard deviation of each coordinate.
    image
        ``"also"`` adds image points of a pinhole camera, ``"only"`` leaves nothing else.
    extreme
        Angles at the extreme that replace or join the exercise's.

    Returns
    -------
    Simulated
        Positions in the sensor's frame (m, y up, z away) with the truth.
    """
    rng = np.random.default_rng(seed)
    what = _with(motion(exercise), extreme)
    planned = timeline.plan(
        repetitions, partial, sides or what.sides, faults, tempo, set_up_s + lead_s, rng
    )
    end = planned[-1].end_s + lead_s if planned else set_up_s + lead_s + 5.0
    time = timeline.frame_times(end, rate_hz, rate_spread, rng)
    angles = _angles(what, planned, faults, time, set_up_s, rng)
    kept = time >= cut_start_s
    places, all_angles = _build(what, planned, angles, time, height_m)
    if mirror:
        places, all_angles = sensor.mirrored(places), sensor.mirrored_angles(all_angles)
    places = {joint: place[kept] for joint, place in sensor.to_sensor(places, heading_deg).items()}
    all_angles = {name: values[kept] for name, values in all_angles.items()}
    all_angles["pelvis_rotation"] = _from_median(all_angles["pelvis_rotation"])
    shift, time = float(time[kept][0]), time[kept] - time[kept][0]
    known = skeleton_by_name(skeleton) if isinstance(skeleton, str) else skeleton
    positions, seen = _seen(known, places, time, faults, noise_m, rng)
    recording = _recording(exercise, known, time, positions, rate_hz, height_m, image)
    truth = _truth(planned, faults, shift, all_angles, seen, mirror)
    return Simulated(recording, truth)


def _with(what: Motion, extreme: Mapping[str, float] | None) -> Motion:
    if not extreme:
        return what
    return replace(what, extreme={**what.extreme, **extreme})


def _from_median(values: Array) -> Array:
    return values - np.median(values)


def _angles(
    what: Motion, planned: tuple[Planned, ...], faults: Faults, time: Array,
    set_up_s: float, rng: np.random.Generator,
) -> dict[str, Array]:  # fmt: skip
    course = timeline.activity(planned, time, faults.asymmetry)
    angles = pose.pose(what, course, len(time))
    pose.add_faults(angles, planned, faults, time)
    if faults.tremor_deg:
        pose.add_tremor(angles, what.extreme, course, faults, time, rng)
    if set_up_s:
        pose.add_set_up(angles, what, time, set_up_s)
    return angles


def _build(
    what: Motion, planned: tuple[Planned, ...], angles: dict[str, Array], time: Array,
    height_m: float,
) -> tuple[dict[str, Array], dict[str, Array]]:  # fmt: skip
    """Landmarks with what is anchored in its place, and all true angles."""
    places, segments = body.place(angles, height_m)
    home, _ = body.place({name: values[-1:] for name, values in angles.items()}, height_m)
    shift = _shift(what, planned, places, home, time)
    # The sole lies on the floor at rest.
    shift[:, 2] += 0.039 * height_m - home["ankle_left"][0, 2]
    moved = {joint: place + shift for joint, place in places.items()}
    return moved, angles | body.derived(angles, segments)


def _shift(
    what: Motion, planned: tuple[Planned, ...], places: Mapping[str, Array],
    home: Mapping[str, Array], time: Array,
) -> Array:  # fmt: skip
    """(frames, 3): what brings the anchor back to where it is at rest."""
    if what.anchor == "pelvis":
        return np.zeros((len(time), 3))
    part = "toe" if what.anchor == "toes" else "ankle"
    back = {s: home[f"{part}_{s}"] - places[f"{part}_{s}"] for s in ("left", "right")}
    shift = (back["left"] + back["right"]) / 2
    if what.anchor in ("feet", "toes"):
        return shift
    for repetition in planned:
        if repetition.side in back:
            own = what.anchor == "own foot"
            foot = repetition.side if own else {"left": "right"}.get(repetition.side, "left")
            under_way = (time >= repetition.start_s) & (time < repetition.end_s)
            shift[under_way] = back[foot][under_way]
    return shift


def _seen(
    skeleton: Skeleton, places: Mapping[str, Array], time: Array, faults: Faults,
    noise_m: float, rng: np.random.Generator,
) -> tuple[Array, tuple[TrueFault, ...]]:  # fmt: skip
    names = sensor.landmarks_of(skeleton)
    clean = np.stack([places[name] for name in names], axis=1)
    return sensor.spoil(clean, time, names, faults, noise_m, rng)


def _recording(
    exercise: str, skeleton: Skeleton, time: Array, positions: Array, rate_hz: float,
    height_m: float, image: str,
) -> Recording:  # fmt: skip
    points = None
    if image != "none":
        centre = np.array(_IMAGE_SIZE) / 2
        points = centre + _FOCAL_PX * positions[..., :2] * [-1, -1] / positions[..., 2:]
    return Recording(
        time=time,
        skeleton=skeleton,
        positions=None if image == "only" else positions,
        confidence=np.where(np.isfinite(positions).all(axis=-1), 1.0, 0.0),
        image_points=points,
        image_size=_IMAGE_SIZE if points is not None else None,
        origin="image" if image == "only" else "world",
        up=Up((0.0, 1.0, 0.0), "sensor"),
        scale=Scale(height_m=height_m),
        source=Source(
            format="generated", device="generator", rate_hz=rate_hz, view_axis=(0.0, 0.0, 1.0)
        ),
        subject=Subject(id="generated", height_m=height_m),
        exercise=ExerciseLabel(id=exercise, label=exercise),
    )


def _truth(
    planned: tuple[Planned, ...], faults: Faults, shift_s: float, angles: dict[str, Array],
    seen: tuple[TrueFault, ...], mirror: bool,
) -> Truth:  # fmt: skip
    under_way = [p for p in planned if p.end_s > shift_s]
    true = [p.truth(shift_s) for p in under_way]
    if mirror:
        other: dict[Side, Side] = {"left": "right", "right": "left"}
        true = [replace(r, side=other.get(r.side, r.side)) for r in true]
    whole = tuple(r for r in true if r.share >= PARTIAL_SHARE and r.start_s >= 0)
    short = tuple(r for r in true if r not in whole)
    dialled = {
        "short range": faults.short_range, "trunk lean": faults.lean,
        "side lean": faults.side_lean, "knee valgus": faults.valgus, "pause": faults.pause,
    }  # fmt: skip
    marked = [
        TrueFault(name, p.start_s - shift_s, p.end_s - shift_s, p.number)
        for name, numbers in dialled.items()
        for p in under_way
        if p.number in numbers
    ]
    return Truth(whole, short, angles, (*marked, *seen))


def demo_recording() -> Recording:
    """The sample that ``make demo`` analyses: squats before a sensor like the Kinect v2.

    Five repetitions and a short one; the fourth leans forward, the right knee bends a little
    less than the left, an arm is lost for a moment.
    """
    return generate(
        "squat",
        repetitions=5,
        partial=1,
        faults=Faults(lean=(4,), lean_deg=24.0, asymmetry=0.07, drop_outs=2, drop_out_s=0.2),
        rate_spread=0.06,
        set_up_s=1.5,
        noise_m=0.004,
        seed=9,
    ).recording
