"""Vendor formats: what the FMA and TikTok publish, read into the columns of ``etl.tables``."""
