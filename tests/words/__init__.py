"""Every code has its sentence in both languages."""
