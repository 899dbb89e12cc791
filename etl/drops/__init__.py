"""Drops, from outside to the lake: fetched, landed as they arrived, read once into canonical tables; where clips lie."""
