"""Networks behind scikit-learn's interface: ``NetworkRegressor`` and ``NetworkClassifier``.

Samples are (samples, frames, joints, channels) as :meth:`rehabkit.bench.arrays.Arrays.inputs` gives
them. What is fitted besides the network (z-scores of positions, mean and spread of scores) is
fitted on the samples that it learns from, without the people that stop the training, and lies
within the module, so that weights and exports hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import augment
from rehabkit.bench.arrays import POSITIONS, TURNS
from rehabkit.bench.learning import HERE, Course, Data, Place, Settings, learn
from rehabkit.bench.protocols import Who, held_out_people
from rehabkit.bench.splits import Names
from rehabkit.errors import ModelError, require
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.models.estimator import Estimator
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import from_joint_names

if TYPE_CHECKING:
    import torch

Build = Callable[[int, int, int], "torch.nn.Module"]
"""From channels, length and outputs to a network."""
NESTED: Final = "settings__"


class NetworkEstimator(Estimator):
    """What both kinds share.

    Parameters
    ----------
    network
        A name of :mod:`rehabkit.models.networks`, or a function of channels, length and outputs.
    joints
        Names of the joints of ``X``.
    orientations
        Whether the last four channels of ``X`` are quaternions, for networks with two streams.
    standardise
        Whether positions are z-scored, each joint and axis by itself.
    augmentation
        A name of :data:`rehabkit.bench.augment.AUGMENTATIONS`.
    shape
        Fields of the network's own configuration: ``{"groups": 4}``.
    settings
        How it is trained; ``settings__rate`` and the like can be set and searched by themselves.
    place
        Device, checkpoints, curves.

    Attributes
    ----------
    module_
        The trained network with what was fitted beside it.
    course_
        How the training went.
    """

    task: str
    module_: Any
    course_: Course

    def __init__(
        self,
        network: str | Build = "stgcn",
        joints: Sequence[str] = JOINTS,
        orientations: bool = False,
        standardise: bool = True,
        augmentation: str = "none",
        shape: Mapping[str, Any] | None = None,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        place: Place = HERE,
    ) -> None:
        self.network = network
        self.joints = joints
        self.orientations = orientations
        self.standardise = standardise
        self.augmentation = augmentation
        self.shape = shape
        self.settings = settings
        self.place = place

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Settings by name; ``deep``: those of the training too, as ``settings__rate``."""
        found = super().get_params(deep)
        if deep:
            own = fields(self.settings)
            found |= {f"{NESTED}{f.name}": getattr(self.settings, f.name) for f in own}
        return found

    def set_params(self, **params: Any) -> Self:
        """The same with other settings; those of the training by ``settings__rate`` and the like.

        Raises
        ------
        ModelError
            For a name that is no setting.
        """
        inner = {n.removeprefix(NESTED): v for n, v in params.items() if n.startswith(NESTED)}
        super().set_params(**{n: v for n, v in params.items() if not n.startswith(NESTED)})
        unknown = inner.keys() - {f.name for f in fields(Settings)}
        if unknown:
            raise ModelError(f"Settings of the training have no {', '.join(sorted(unknown))}.")
        self.settings = replace(self.settings, **inner)
        return self

    def _fit(self, X: Float, targets: NDArray[Any], outputs: int, who: Who | None) -> None:
        X = self._checked(X)
        learned, held = self._sides(len(X), who)
        self.module_ = self._module(X[learned], targets[learned], outputs)
        scaled = self.module_.scaled(targets)
        part = [Data(X[side], scaled[side]) for side in (learned, held) if side is not None]
        self.course_ = learn(
            self.module_, part[0], self._settings(), held_out=part[1] if held is not None else None,
            augment=self._augment(), place=self.place,
        )  # fmt: skip

    def _settings(self) -> Settings:
        return self.settings

    def _sides(
        self, count: int, who: Who | None
    ) -> tuple[NDArray[np.intp], NDArray[np.intp] | None]:
        """Samples to learn from, and those of people held out to stop the training."""
        everybody = np.arange(count)
        settings = self.settings
        if who is None or not settings.patience or not settings.held_out:
            return everybody, None
        if len(who.subjects) != count:
            raise ModelError(f"Expected {count} subjects, one a sample, found {len(who.subjects)}.")
        split = held_out_people(who, settings.held_out, settings.seed)
        return split.train, split.test

    def _module(self, X: Float, targets: NDArray[Any], outputs: int) -> Any:
        torch = require("torch", purpose="Training a network", extra="learn")
        from rehabkit.bench.fitted_network import FittedNetwork

        with torch.random.fork_rng():
            torch.manual_seed(self.settings.seed)
            network = self.built(X.shape[-1], X.shape[1], outputs)
        module = FittedNetwork(network, X.shape[2:], outputs, orientations=self.orientations)
        module.fit_inputs(X if self.standardise else None)
        if self.task == "score":
            module.fit_scores(targets)
        return module

    def built(self, channels: int, length: int, outputs: int) -> torch.nn.Module:
        """The network with weights as they are drawn; ``channels`` those of ``X``."""
        own = channels - TURNS if self.orientations else channels
        if callable(self.network):
            return self.network(own, length, outputs)
        from rehabkit.models import networks

        return networks.build(
            self.network, skeleton=from_joint_names(self.joints), channels=own, length=length,
            outputs=outputs, task=self.task, **(self.shape or {}),
        )  # fmt: skip

    def _augment(self) -> Callable[[Float, np.random.Generator], Float] | None:
        how = augment.named(self.augmentation)
        if how == augment.NONE:
            return None
        return lambda batch, random: augment.augmented(
            batch, how, random, self.joints, orientations=self.orientations
        )

    def _checked(self, X: Float) -> Float:
        values = np.asarray(X, dtype=np.float32)
        least = POSITIONS + (TURNS if self.orientations else 0)
        if values.ndim != 4 or values.shape[2] != len(self.joints) or values.shape[3] < least:
            raise ModelError(
                f"Expected samples of shape (samples, frames, {len(self.joints)}, {least} or more "
                f"channels), found {values.shape}."
            )
        if not np.isfinite(values).all():
            raise ModelError("Expected samples without gaps, found values that are not finite.")
        return values

    def outputs(self, X: Float) -> Float:
        """(samples, outputs) scores in their unit, or chances of classes."""
        import torch

        values = self._checked(X)
        self.module_.eval()
        with torch.no_grad():
            parts = [
                self.module_.final(torch.from_numpy(values[start : start + 64]), self.task)
                for start in range(0, len(values), 64)
            ]
        return np.concatenate([part.numpy() for part in parts]).astype(np.float64)


class NetworkRegressor(NetworkEstimator):
    """Scores from movement by any network; see :class:`NetworkEstimator`."""

    task = "score"

    def fit(
        self, X: Float, y: Float, subjects: Names | None = None,
        groups: Names | None = None,
    ) -> Self:  # fmt: skip
        """Learn scores.

        Parameters
        ----------
        X
            (samples, frames, joints, channels).
        y
            (samples,) or (samples, scores).
        subjects
            (samples,) whose each is. Without them nobody can be held out: every epoch is run and
            the last weights are taken.
        groups
            (samples,) of people, of which each gives its share of those held out.
        """
        values = np.asarray(y, dtype=np.float32)
        self.flat_ = values.ndim == 1
        values = values.reshape(len(values), -1)
        who = None if subjects is None else Who.of(subjects, subjects, groups)
        self._fit(X, values, values.shape[1], who)
        return self

    def predict(self, X: Float) -> Float:
        """(samples,) or (samples, scores) in the unit of what was learned."""
        found = self.outputs(X)
        return found[:, 0] if self.flat_ else found

    def score(self, X: Float, y: Float) -> float:
        """R squared, as scikit-learn's regressors give it."""
        truth = np.asarray(y, dtype=np.float64)
        left = np.sum((truth - self.predict(X)) ** 2)
        return float(1 - left / np.sum((truth - truth.mean(axis=0)) ** 2))


class NetworkClassifier(NetworkEstimator):
    """Classes from movement by any network; see :class:`NetworkEstimator`."""

    task = "classes"

    def fit(
        self, X: Float, y: Sequence[Any] | NDArray[Any], subjects: Names | None = None,
        groups: Names | None = None,
    ) -> Self:  # fmt: skip
        """Learn classes ``y`` (samples,) of any kind; the loss is cross entropy.

        ``subjects`` and ``groups`` as of :meth:`NetworkRegressor.fit`.
        """
        self.classes_, places = np.unique(np.asarray(y), return_inverse=True)
        who = None if subjects is None else Who.of(subjects, subjects, groups)
        self._fit(X, places.astype(np.int64), len(self.classes_), who)
        return self

    def _settings(self) -> Settings:
        return replace(self.settings, loss="cross-entropy")

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) chances in the order of ``classes_``."""
        return self.outputs(X)

    def predict(self, X: Float) -> NDArray[Any]:
        """(samples,) the likeliest class."""
        return np.asarray(self.classes_[self.outputs(X).argmax(axis=1)])

    def score(self, X: Float, y: Sequence[Any] | NDArray[Any]) -> float:
        """Share of samples whose class is right."""
        return float(np.mean(self.predict(X) == np.asarray(y)))

    def __sklearn_tags__(self) -> Any:
        """A classifier's."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(two_d_array=False, three_d_array=True),
        )
