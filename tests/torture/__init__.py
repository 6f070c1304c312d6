"""The engine tortured: killed, broken off, run again and again; nothing is lost, doubled or left behind."""
