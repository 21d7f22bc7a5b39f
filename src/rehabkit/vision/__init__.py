"""Video in and out, pose estimators behind one interface."""
