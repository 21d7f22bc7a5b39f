"""Pure functions on arrays: vectors, rotations, forward kinematics, alignment."""
