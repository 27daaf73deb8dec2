"""The fictional records of one year as they truly are, before any export of them.

`Records` holds contacts and the victims of each as arrays of code positions (position 0 is the
first code of the list). What the exports make of them, with all their faults, belongs to
`versions` and the modules that write.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from pipelines.sample.deal import Codes, Ints

PHONE, MAIL, CHAT = 0, 1, 2
CONTACT, SILENT, HANG_UP, TEST = 0, 1, 2, 3


@dataclass(frozen=True)
class Records:
    """Contacts in order of time; the victims of contact i are first_victim[i]:first_victim[i+1]."""

    number: Ints
    channel: Codes
    kind: Codes
    day: npt.NDArray[np.datetime64]
    second: npt.NDArray[np.int32]
    second_pass: npt.NDArray[np.bool_]
    duration: npt.NDArray[np.int32]
    primary: Codes
    relation: Codes
    contact_age: Codes
    contact_sex: Codes
    anonymous: Codes
    outcomes: npt.NDArray[np.uint8]
    phrase: npt.NDArray[np.int16]
    first_victim: Ints
    category: Codes
    form: Codes
    age: Codes
    sex: Codes
    context: Codes

    def __len__(self) -> int:
        return len(self.number)

    @property
    def victims(self) -> Ints:
        """Number of victims of each contact."""
        return np.diff(self.first_victim)

    def select(self, which: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> "Records":
        """The contacts at these places (or under this mask), each with its victims."""
        index = np.flatnonzero(which) if which.dtype == np.bool_ else which
        size = self.victims[index]
        first = np.concatenate([[0], np.cumsum(size)])
        victim = np.repeat(self.first_victim[index] - first[:-1], size) + np.arange(first[-1])
        chosen = {name: getattr(self, name)[index] for name in CONTACT_FIELDS}
        chosen |= {name: getattr(self, name)[victim] for name in VICTIM_FIELDS}
        return Records(**chosen, first_victim=first)


VICTIM_FIELDS = ("category", "form", "age", "sex", "context")
CONTACT_FIELDS = tuple(
    field.name for field in fields(Records) if field.name not in (*VICTIM_FIELDS, "first_victim")
)


def joined(parts: list[Records]) -> Records:
    """Several sets of records as one, in the order given."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in (*CONTACT_FIELDS, *VICTIM_FIELDS)
    }
    sizes = np.concatenate([part.victims for part in parts])
    return Records(**columns, first_victim=np.concatenate([[0], np.cumsum(sizes)]))
