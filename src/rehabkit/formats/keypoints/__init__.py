"""Key points in pictures as pose networks write them: OpenPose, AlphaPose, MMPose, MoveNet.

Each reader turns its files into :class:`people.Frames`; who is followed among several people, the
picture's size and the time are the same for all of them.
"""
