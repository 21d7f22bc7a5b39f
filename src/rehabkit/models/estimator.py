"""``Estimator``: the part of scikit-learn's interface that needs no scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any, Self

from rehabkit.errors import ModelError, choices


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
