"""Pictures people upload: looked at, then drawn anew, so that nothing but the picture is kept."""

import io
import warnings

from PIL import Image, ImageFile, ImageOps

from invoicing_site.errors import BusinessError

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4000


def redrawn(data: bytes, field: str = "logo") -> tuple[bytes, str]:
    """The picture as fresh PNG (if it has transparency or came as PNG) or JPEG, and its media type.

    Turned upright; text, camera data, colour profiles and whatever else was hidden in the file are gone. Raises
    logo.invalid at `field` for anything but a PNG or JPEG of at most 1 MB and 4,000 × 4,000 pixels.
    """
    if len(data) > MAX_BYTES:
        raise BusinessError("logo.invalid", field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # WeasyPrint, where it is loaded, tells Pillow to fill what is missing; half a logo is no logo.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                if max(picture.size) > MAX_SIDE:
                    raise BusinessError("logo.invalid", field)
                png = picture.format == "PNG"
                upright = ImageOps.exif_transpose(picture).convert("RGBA" if png else "RGB")
    except BusinessError:
        raise
    except Exception as error:  # Pillow's decoders raise what they like for broken files
        raise BusinessError("logo.invalid", field) from error
    out = io.BytesIO()
    # A picture of its own: saving the opened one would carry its hidden chunks along.
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    if png:
        clean.save(out, "PNG", optimize=True)
    else:
        clean.save(out, "JPEG", quality=92, optimize=True)
    return out.getvalue(), "image/png" if png else "image/jpeg"


def shrunk(data: bytes, width: int, height: int) -> bytes:
    """A picture of ours as PNG, at most `width` × `height` pixels, its proportions kept."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
        small = picture.convert("RGBA")
    small.thumbnail((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
