"""Logos made to eat time or memory, small as files. Each function answers the bytes of one."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

HEAD = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='90' height='30'>"


def svg(body: str, prologue: str = "", head: str = HEAD) -> bytes:
    return f"{prologue}{head}{body}</svg>".encode()


def billion_laughs() -> bytes:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    return svg("<text y='9'>&e11;</text>", f"<!DOCTYPE svg [<!ENTITY e0 'ha'>{entities}]>")


def quadratic_blow_up() -> bytes:
    return svg(f"<text y='9'>{'&e;' * 20_000}</text>", f"<!DOCTYPE svg [<!ENTITY e '{'a' * 50_000}'>]>")


def uses_doubling() -> bytes:
    layers = "".join(f"<g id='g{n}'><use href='#g{n - 1}'/><use href='#g{n - 1}'/></g>" for n in range(1, 40))
    return svg(f"<defs><rect id='g0' width='1' height='1'/>{layers}</defs><use href='#g39'/>")


def use_of_itself() -> bytes:
    return svg("<g id='a'><use href='#a'/></g>")


def patterns_in_patterns() -> bytes:
    nested = "".join(
        f"<pattern id='p{n}' width='.1' height='.1'><rect width='9' height='9' fill='url(#p{n + 1})'/></pattern>"
        for n in range(200)
    )
    return svg(f"<defs>{nested}</defs><rect width='90' height='30' fill='url(#p0)'/>")


def pattern_of_itself() -> bytes:
    return svg("<pattern id='p' width='1' height='1'><rect width='1' height='1' fill='url(#p)'/></pattern>"
               "<rect width='90' height='30' fill='url(#p)'/>")  # fmt: skip


def gradient_repeated() -> bytes:
    return svg("<linearGradient id='g' x2='.0000001' spreadMethod='repeat'><stop offset='0' stop-color='red'/>"
               "<stop offset='1' stop-color='blue'/></linearGradient><rect width='90' height='30' fill='url(#g)'/>")  # fmt: skip


def radial_repeated() -> bytes:
    return svg("<radialGradient id='g' r='.0000001' spreadMethod='repeat'><stop offset='0' stop-color='red'/>"
               "<stop offset='1' stop-color='blue'/></radialGradient><rect width='90' height='30' fill='url(#g)'/>")  # fmt: skip


def deep_nesting() -> bytes:
    return svg("<g>" * 100_000 + "</g>" * 100_000)


def long_path() -> bytes:
    return svg(f"<path d='M0 0{'l1 1' * 400_000}'/>")


def many_markers() -> bytes:
    return svg("<marker id='m'><rect width='1' height='1'/></marker>"
               f"<path marker-mid='url(#m)' d='M0 0{'l1 1' * 100_000}'/>")  # fmt: skip


def long_text() -> bytes:
    return svg(f"<text y='9'>{'word ' * 400_000}</text>")


def many_spans() -> bytes:
    return svg(f"<text y='9'>{'<tspan>x</tspan>' * 60_000}</text>")


def huge_size() -> bytes:
    return svg("<rect width='1e30' height='1e30'/>", head=HEAD.replace("'90'", "'1e30'").replace("'30'", "'1e30'"))


def not_a_number() -> bytes:
    return svg("<rect width='nan' height='inf'/><path d='M nan inf L 1e400 1'/><circle r='-1e999'/>")


def many_attributes() -> bytes:
    return svg("<rect " + " ".join(f"a{n}='x'" for n in range(200_000)) + "/>")


def style_bomb() -> bytes:
    rules = "".join(f".c{n} .c{n + 1} rect{{fill:red}}" for n in range(20_000))
    return svg(f"<style>{rules}</style>{'<rect/>' * 2000}")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))


def _png(width: int, height: int, pixels: bytes, depth: int = 8, colour: int = 6) -> bytes:
    header = _chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def png_of_a_gigabyte() -> bytes:
    return _png(16_000, 16_000, zlib.compress(bytes(16_000 * 16_000 * 4 + 16_000), 9))


def png_that_lies() -> bytes:
    return _png(60_000, 60_000, zlib.compress(b"\0" * 100))


def jpeg_of_a_hundred_megapixels() -> bytes:
    file = io.BytesIO()
    Image.new("L", (10_000, 10_000)).save(file, "JPEG", quality=1)
    return file.getvalue()


BOMBS: list[Callable[[], bytes]] = [
    billion_laughs, quadratic_blow_up, uses_doubling, use_of_itself, patterns_in_patterns, pattern_of_itself,
    gradient_repeated, radial_repeated, deep_nesting, long_path, many_markers, long_text, many_spans, huge_size,
    not_a_number, many_attributes, style_bomb, png_of_a_gigabyte, png_that_lies, jpeg_of_a_hundred_megapixels,
]  # fmt: skip
