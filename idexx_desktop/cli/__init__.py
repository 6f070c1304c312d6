"""The sub-commands, thin: arguments in, one service call, text or one JSON document out."""
