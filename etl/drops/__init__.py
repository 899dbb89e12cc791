"""From outside to the lake: fetched, landed as it arrived, read once into canonical tables; where clips lie."""
