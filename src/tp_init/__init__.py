"""Write a correct npm Trusted Publishing set-up into a repository."""

__all__ = ["__version__"]

__version__ = "0.1.0"
