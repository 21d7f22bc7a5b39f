"""``Estimator``: the part of scikit-learn's interface that needs no scikit-learn."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError, choices
from rehabkit.recording.arrays import Float


class Estimator:
    """Settings are the arguments of ``__init__``, kept under their names.

    ``sklearn.base.clone``, pipelines and searches take such an object as one of their own.
    """

    @classmethod
    def setting_names(cls) -> tuple[str, ...]:
        """The settings, as ``__init__`` lists them."""
        return tuple(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's
        """Settings by name."""
        return {name: getattr(self, name) for name in self.setting_names()}

    def set_params(self, **params: Any) -> Self:
        """The same with other settings.

        Raises
        ------
        ModelError
            For a name that is no setting.
        """
        unknown = params.keys() - set(self.setting_names())
        if unknown:
            raise ModelError(
                f"No settings are called {choices(unknown)}; known: "
                f"{choices(self.setting_names())}."
            )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator; only asked by scikit-learn itself."""
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=True),
            regressor_tags=RegressorTags(),
            input_tags=InputTags(allow_nan=True),
        )


class Classifier(Estimator, ABC):
    """An estimator of classes: ``predict_proba`` says how sure it is, ``classes_`` of what."""

    classes_: NDArray[Any]

    def _learn_classes(self, y: NDArray[Any]) -> NDArray[np.intp]:
        """(samples,) places in ``classes_``, which are learned here.

        Raises
        ------
        ModelError
            Where there is one class alone.
        """
        self.classes_, places = np.unique(np.asarray(y), return_inverse=True)
        if len(self.classes_) < 2:
            raise ModelError(
                f"Classes are learned from samples of at least two, found {len(places)} samples "
                f"of {choices(str(c) for c in self.classes_)} alone."
            )
        return np.asarray(places, dtype=np.intp)

    def _learn_two_classes(self, y: NDArray[Any]) -> NDArray[np.intp]:
        """The same of a classifier that tells two classes apart, no more."""
        places = self._learn_classes(y)
        if len(self.classes_) != 2:
            raise ModelError(f"Expected two classes, found {len(self.classes_)}.")
        return places

    @abstractmethod
    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) shares that sum to 1, in the order of ``classes_``."""

    def predict(self, X: Float) -> NDArray[Any]:
        """(samples,) the likeliest class."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def score(self, X: Float, y: NDArray[Any]) -> float:
        """Share of samples whose class is right, as scikit-learn's searches ask for it."""
        return float(np.mean(self.predict(X) == np.asarray(y)))

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of a classifier."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(allow_nan=True),
        )
