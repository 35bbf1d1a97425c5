"""Where the money should go: response curves from simulation, a linear programme, and the loop between the
two.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dacu.plan.allocation import Allocation, allocate

__all__ = ["Allocation", "allocate"]


def __getattr__(name: str) -> Any:
    """The Python entry, imported when it is asked for: a solver takes its time to load."""
    if name not in __all__:
        raise AttributeError(name)
    from dacu.plan import allocation

    return getattr(allocation, name)
