"""Letterhead pictures of the demo's companies: a mark and the name, drawn, so that no binary lies in the repository."""

import io
import math

from PIL import Image, ImageDraw, ImageFont

SCALE = 8  # drawn larger, then shrunk: that smooths the edges
Colour = tuple[int, int, int, int]
CLEAR: Colour = (255, 255, 255, 0)


def logo(mark: str, name: str, colour: str) -> bytes:
    """A PNG with a transparent ground: `mark` is "leaf" or "pine", `colour` as #rrggbb."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    ink: Colour = (red, green, blue, 255)
    font = ImageFont.load_default(34 * SCALE)
    width = int(font.getlength(name)) + 84 * SCALE
    picture = Image.new("RGBA", (width, 64 * SCALE), (red, green, blue, 0))
    draw = ImageDraw.Draw(picture)
    {"leaf": _leaf, "pine": _pine}[mark](draw, ink)
    draw.text((76 * SCALE, 32 * SCALE), name, fill=ink, font=font, anchor="lm")
    small = picture.resize((width // SCALE * 2, 128), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(32, Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _leaf(draw: ImageDraw.ImageDraw, ink: Colour) -> None:
    """A lime leaf: a heart on its stalk, with veins."""
    points = []
    for step in range(200):
        angle = step * math.tau / 200
        x = 16 * math.sin(angle) ** 3
        y = 13 * math.cos(angle) - 5 * math.cos(2 * angle) - 2 * math.cos(3 * angle) - math.cos(4 * angle)
        points.append(((32 + x * 1.6) * SCALE, (28 - y * 1.6) * SCALE))
    draw.polygon(points, fill=ink)
    draw.line([(32 * SCALE, 14 * SCALE), (32 * SCALE, 52 * SCALE)], fill=CLEAR, width=SCALE * 2)
    for root in (28, 38):
        for side in (-1, 1):
            draw.line([(32 * SCALE, root * SCALE), ((32 + side * 12) * SCALE, (root - 11) * SCALE)], CLEAR, SCALE * 2)
    draw.line([(32 * SCALE, 50 * SCALE), (32 * SCALE, 62 * SCALE)], fill=ink, width=SCALE * 3)


def _pine(draw: ImageDraw.ImageDraw, ink: Colour) -> None:
    """A pine over two waves."""
    for top, half in ((4, 11), (15, 15), (27, 19)):
        corners = [(32, top), (32 - half, top + 17), (32 + half, top + 17)]
        draw.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=ink)
    for level in (51, 58):
        wave = [(x * SCALE, (level + 2 * math.sin(x / 4)) * SCALE) for x in range(8, 57)]
        draw.line(wave, fill=ink, width=SCALE * 3, joint="curve")
