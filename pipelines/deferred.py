"""Modules that a library imports and a night never looks into: imported at the first look.

Great Expectations imports SciPy's statistics and Altair for expectations that we have none of, a
quarter of what importing it takes; dbt imports daff for what its failed unit tests print.
"""

import importlib
import sys
from types import ModuleType
from typing import Any


class Deferred(ModuleType):
    """Stands for a module until something is looked up in it."""

    def __getattr__(self, name: str) -> Any:
        """What the module itself says."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def defer(*names: str) -> None:
    """Let modules be imported when something is looked up in them; before their importer is."""
    for name in names:
        sys.modules.setdefault(name, Deferred(name))
