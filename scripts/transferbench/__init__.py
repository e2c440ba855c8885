"""`scripts/bench transfers`: spot beside other programs that move files and run commands over SSH.

See docs/performance.md. The machine is a host of the lab; distance is a delay relay before it.
"""
