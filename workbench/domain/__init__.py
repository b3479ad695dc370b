"""The product's words as frozen values and protocols, with the standard library alone."""
