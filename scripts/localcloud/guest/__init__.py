"""What runs as a host: the nursery that bears hosts, PID 1 of each, and its cloud-init.

Standard library only, and everything is imported before a host enters its own root file system.
"""
