"""Cover art for what has none: standing waves, drawn from the key alone, so that a video keeps its picture."""

import colorsys
import math
from hashlib import blake2b

WIDTH, HEIGHT = 360, 480


def art(key: str, colour: str) -> str:
    """Draw art for a key.

    Args:
        key: anything; the same key is drawn the same.
        colour: ``#rrggbb``, which the art varies.
    Returns:
        An SVG document, 360 by 480.
    """
    seed = blake2b(key.encode(), digest_size=8).digest()
    hue, light, strength = colorsys.rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    hue += (seed[0] / 255 - 0.5) * 0.09
    ground, edge = (
        _hex(hue + 0.04, 0.10 + seed[1] / 255 * 0.07, strength * 0.55),
        _hex(hue, light * 0.62, strength * 0.9),
    )
    angle, centre = seed[2] / 255 * 60 - 30, HEIGHT * (0.40 + seed[3] / 255 * 0.2)
    harmonics = 1 + seed[4] % 4
    lines = []
    for step in range(-11, 12):
        amplitude = step / 11 * (92 + seed[5] / 255 * 60)
        shade = _hex(
            hue + step * 0.004, min(0.9, max(light, 0.45) + 0.3 - abs(step) * 0.016), min(1.0, strength + 0.25)
        )
        lines.append(f'<path d="{_wave(amplitude, harmonics, centre, seed[6] / 255)}" stroke="{shade}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<defs><radialGradient id="g" cx="{20 + seed[7] % 60}%" cy="30%" r="95%"><stop stop-color="{edge}"/>'
        f'<stop offset="1" stop-color="{ground}"/></radialGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/>'
        f'<g fill="none" stroke-width="1.8" stroke-opacity=".85" '
        f'transform="rotate({angle:.1f} {WIDTH / 2} {centre:.0f})">'
        f"{''.join(lines)}</g></svg>"
    )


def _wave(amplitude: float, harmonics: int, centre: float, colouring: float) -> str:
    """A string's shape at one moment: a harmonic and, quieter, the one above it."""
    points = []
    for x in range(-120, WIDTH + 121, 8):
        t = (x + 120) / (WIDTH + 240) * math.pi
        y = centre + amplitude * (math.sin(harmonics * t) + colouring * 0.5 * math.sin((harmonics + 1) * t))
        points.append(f"{x} {y:.1f}")
    return "M" + "L".join(points)


def _hex(hue: float, light: float, strength: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue % 1, light, strength))
