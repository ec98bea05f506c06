"""The one way in which the world outside fails, whoever was asked."""


class Unanswered(Exception):
    """The other side could not be reached, was too slow, or answered with something else than what was asked for."""
