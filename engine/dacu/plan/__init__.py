"""Where the money should go: response curves from simulation, a linear programme, and the loop between the
two.
"""
