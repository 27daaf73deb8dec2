"""Which label goes with which: weights that make fictional records look like records.

Rows of most tables are the nine categories in code-list order, then 'about nobody'. Weights are
relative; `deal` scales them to the totals. A zero is a promise: a victim of child maltreatment
is a minor, a victim of elder abuse an adult, in every record of the sample.
"""

import numpy as np

CHILD, PARTNER, ADULTS, SEPARATION, PAST, MINORS, CHILD_TO_PARENT, ELDER, OTHER, NOBODY = range(10)
MINOR_ONLY = (CHILD, MINORS)
MIXED = (SEPARATION, OTHER)
FEMALE, MALE = 0, 1
SELF, OTHER_FAMILY, FRIEND = 0, 2, 3
SEXUAL = 2
ADULT_BAND = 4

# primary category × channel (phone, mail, chat)
CATEGORY_BY_CHANNEL = np.array([
    [1.05, 0.95, 0.80], [1.02, 0.90, 1.05], [0.95, 1.05, 1.40], [0.95, 1.35, 0.60],
    [0.85, 1.10, 2.40], [0.95, 1.00, 1.60], [1.00, 1.00, 0.90], [1.05, 0.95, 0.45],
    [1.00, 1.00, 1.00], [0.90, 1.50, 0.95],
])  # fmt: skip

# primary category × category of a following victim of the same contact
FOLLOWING = np.zeros((9, 9))
FOLLOWING[np.arange(9), np.arange(9)] = (1.0, 0.03, 0.2, 0.35, 0.05, 0.35, 0.3, 0.25, 0.16)
FOLLOWING[1:, CHILD] = (0.4, 0.03, 0.4, 0, 0.05, 0.25, 0, 0.05)

# primary category × relation (self … other, not known)
RELATION = np.array([
    [0.13, 1.90, 1.30, 0.90, 1.70, 1.60, 0.80, 1.20, 1.0, 1.0],
    [2.20, 0.40, 1.10, 1.40, 0.80, 0.60, 1.60, 1.00, 0.7, 0.8],
    [2.50, 0.40, 1.00, 1.00, 0.50, 0.80, 0.80, 0.80, 1.0, 1.0],
    [1.60, 1.80, 1.20, 0.50, 0.10, 0.50, 0.60, 1.00, 0.8, 1.0],
    [3.50, 0.15, 0.50, 0.90, 0.02, 0.60, 0.30, 0.20, 0.6, 1.0],
    [0.35, 2.20, 0.80, 0.80, 0.60, 2.00, 0.40, 0.60, 1.2, 1.0],
    [2.40, 0.10, 1.80, 0.90, 0.50, 0.60, 0.60, 1.00, 0.8, 1.0],
    [0.70, 0.02, 2.60, 0.80, 0.90, 3.00, 0.50, 1.00, 1.5, 1.0],
    [1.60, 0.60, 0.70, 0.80, 0.60, 0.80, 1.60, 1.20, 2.5, 3.0],
    [0.50, 0.70, 0.90, 1.00, 0.50, 2.50, 1.20, 1.20, 3.5, 3.0],
])  # fmt: skip

# category × (minor bands, adult); the second table where the victim is who makes contact
AGE = np.zeros((9, 5))
AGE[CHILD] = (2.0, 2.0, 1.2, 0.8, 0)
AGE[MINORS] = (0.15, 1.2, 1.5, 0.4, 0)
AGE[SEPARATION] = (0.12, 0.12, 0.04, 0.02, 0.7)
AGE[OTHER] = (0.035, 0.045, 0.03, 0.02, 0.87)
AGE[[PARTNER, ADULTS, PAST, CHILD_TO_PARENT, ELDER], ADULT_BAND] = 1
AGE_OF_SELF = AGE.copy()
AGE_OF_SELF[[CHILD, MINORS]] = (0, 0.15, 1.0, 0.08, 0)
AGE_OF_SELF[list(MIXED)] = (0, 0, 0, 0, 1)

# category × sex (female, male, X, not known)
MINOR_SEX = np.tile((0.54, 0.44, 0.001, 0.016), (9, 1))
ADULT_SEX = np.array([
    [1.00, 1.00, 0.001, 1.00], [0.82, 0.11, 0.001, 0.12], [0.50, 0.35, 0.002, 0.14],
    [0.50, 0.40, 0.001, 0.12], [0.76, 0.15, 0.002, 0.10], [1.00, 1.00, 0.001, 1.00],
    [0.68, 0.20, 0.001, 0.12], [0.62, 0.27, 0.001, 0.12], [0.45, 0.35, 0.002, 0.20],
])  # fmt: skip

SEXUAL_WEIGHT = np.array([0.108, 0.042, 0.12, 0.004, 0.42, 0.38, 0.004, 0.015, 0.05])
# category × (emotional, physical, economic, not known), sexual dealt before
OTHER_FORM = np.array([
    [0.50, 0.40, 0, 0.11], [0.42, 0.50, 0.006, 0.08], [0.46, 0.40, 0.015, 0.12],
    [0.80, 0.10, 0.010, 0.25], [0.45, 0.30, 0, 0.10], [0.42, 0.50, 0, 0.10],
    [0.45, 0.50, 0.010, 0.08], [0.45, 0.28, 0.110, 0.10], [0.55, 0.20, 0.015, 0.40],
])  # fmt: skip

# category × context (household … other, not known)
CONTEXT = np.array([
    [0.78, 0.090, 0.015, 0.008, 0, 0.006, 0, 0.001, 0.003, 0.010, 0.13],
    [0.93, 0.030, 0.003, 0, 0.001, 0, 0, 0, 0.004, 0.006, 0.10],
    [0.30, 0.280, 0.040, 0.004, 0.060, 0.003, 0, 0.008, 0.090, 0.110, 0.16],
    [0.86, 0.080, 0, 0, 0, 0, 0, 0, 0, 0.010, 0.15],
    [0.55, 0.210, 0.040, 0.020, 0.008, 0.020, 0, 0.022, 0.010, 0.030, 0.14],
    [0.22, 0.120, 0.160, 0.230, 0, 0.060, 0, 0.002, 0.080, 0.040, 0.12],
    [0.92, 0.060, 0, 0, 0, 0, 0, 0, 0, 0.005, 0.08],
    [0.58, 0.190, 0, 0, 0, 0, 0.170, 0, 0.004, 0.020, 0.10],
    [0.40, 0.120, 0.020, 0.010, 0.020, 0.008, 0.004, 0.003, 0.050, 0.080, 0.50],
])  # fmt: skip

# kind of contact person × (minor, adult, not known)
CONTACT_AGE = np.array([
    [0.90, 0, 0.10],  # a minor victim about themselves
    [0, 0.90, 0.10],  # an adult victim about themselves
    [0.07, 0.83, 0.10],  # a relative or friend of a minor victim
    [0.02, 0.88, 0.10],  # a relative or friend of somebody else
    [0, 0.90, 0.10],  # parents, neighbours, professionals and others
])  # fmt: skip

# who makes contact × (female, male, X, not known): the victim by the victim's sex, then others
SEX_OF_SELF = np.array(
    [[1, 0, 0, 0.003], [0, 1, 0, 0.003], [0, 0, 1, 0.1], [0.7, 0.3, 0.002, 0.01]]
)
SEX_OF_OTHERS = np.array([
    [0.74, 0.26], [0.80, 0.20], [0.76, 0.24], [0.76, 0.24], [0.62, 0.38], [0.78, 0.22],
    [0.18, 0.82], [0.66, 0.34], [0.62, 0.38], [0.68, 0.32],
])  # fmt: skip

# outcome × primary category: odds against the outcome's own rate
OUTCOME = np.array([
    [0.90, 0.90, 1.00, 1.10, 0.90, 1.10, 1.00, 1.00, 1.30, 2.00],
    [0.70, 1.90, 1.30, 1.40, 1.20, 0.40, 1.30, 1.00, 0.60, 0.35],
    [1.90, 0.40, 0.03, 0.40, 0.10, 2.00, 0.30, 0, 0.10, 0.20],
    [0.80, 0.80, 1.20, 0.70, 2.20, 1.20, 1.40, 1.80, 1.20, 0.50],
    [1.00, 1.50, 1.40, 0.40, 0.40, 0.90, 0.90, 0.70, 0.60, 0.25],
    [0.60, 1.20, 1.00, 3.50, 1.00, 0.50, 0.60, 0.80, 0.80, 0.60],
    [0.80, 0.70, 0.90, 0.80, 0.90, 1.00, 0.90, 1.40, 3.00, 2.50],
])  # fmt: skip
