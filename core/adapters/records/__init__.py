"""Files that strangers send, made into pictures by a process of their own."""

from core.adapters.records.page_maker import ChildPageMaker

__all__ = ["ChildPageMaker"]
