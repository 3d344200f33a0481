"""The domain model: value types that every package shares. Standard library only, plus numpy, orjson and babel."""
