"""Tapes: scripts of keys and moments to look, in the .tape format of VHS."""
