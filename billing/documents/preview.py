"""Where the rendered preview of a draft waits for whoever asked for it: in the cache, never in the store."""

import uuid

PREVIEW_SECONDS = 600


def preview_key(document_uuid: uuid.UUID, revision: int) -> str:
    """The cache key of a draft's PDF; another revision is another PDF."""
    return f"preview:{document_uuid}:{revision}"


def layout_key(layout_uuid: uuid.UUID) -> str:
    """The cache key of a layout's specimen; a version never changes, so its id is enough."""
    return f"layout:{layout_uuid}"
