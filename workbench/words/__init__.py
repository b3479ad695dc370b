"""Codes and parameters become sentences in Chinese and English."""
