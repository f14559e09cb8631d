"""An exhaustive oracle for the checks of the wdm module.

generate -> description -> printer -> C/C++ source -> clang-tidy -> warnings
                       `-> interpreter -> executions -> verdicts of the contract
compare judges the two against each other, shrink makes the disagreements small.
Nothing in here knows clang, and nothing in here looks at the engine.
"""
