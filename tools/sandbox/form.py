"""Reading form-encoded parameters the way Stripe does: nested by brackets, and refused by name when unknown or wrong."""

import re
import urllib.parse
from typing import Any

from .shapes import error
from .store import Body


class Refusal(Exception):
    """An answer with a status of 400 or more; nothing has been changed."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(body["error"]["message"])
        self.status, self.body = status, body


def invalid(message: str, param: str | None = None, code: str | None = None, status: int = 400) -> Refusal:
    return Refusal(status, error("invalid_request_error", message, code=code, param=param))


def pairs(text: str) -> Body:
    """`a[b][0][c]=1` → {"a": {"b": [{"c": "1"}]}}; `a[]=1&a[]=2` → {"a": ["1", "2"]}."""
    found: Body = {}
    for name, value in urllib.parse.parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        path = [part.rstrip("]") for part in name.split("[")]
        place: Any = found
        for here, following in zip(path, [*path[1:], None], strict=True):
            key = here or str(len(place))
            if following is None:
                place[key] = value
            else:
                place = place.setdefault(key, {})
                if not isinstance(place, dict):
                    raise invalid(f"Invalid {path[0]}", path[0])
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(each) for name, each in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


# -- what a parameter may be; a specification is {name: kind}, where a kind is one of these, a dict, or a list of one -----

Spec = dict[str, Any]


def text(value: Any, param: str, most: int = 5000) -> str:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {value}", param)
    if not value:
        raise invalid(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however "
            f"'{param}' cannot be unset.", param, "parameter_invalid_empty",
        )  # fmt: skip
    if len(value) > most:
        raise invalid(f"Invalid string: must be at most {most} characters", param, "parameter_invalid_string")
    return value


def short(value: Any, param: str) -> str:
    return text(value, param, 200)


def integer(value: Any, param: str) -> int:
    if not (isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value)):
        raise invalid(f"Invalid integer: {value}", param, "parameter_invalid_integer")
    return int(value)


def boolean(value: Any, param: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param)
    return bool(value == "true")


def url(value: Any, param: str) -> str:
    if not re.match(r"https?://[^\s/]+", text(value, param)):
        raise invalid("Not a valid URL", param, "url_invalid")
    return str(value)


def email(value: Any, param: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text(value, param, 800)):
        raise invalid(f"Invalid email address: {value}", param, "email_invalid")
    return str(value)


def metadata(value: Any, param: str) -> Body:
    entries = value if isinstance(value, dict) else {}
    if len(entries) > 50:
        raise invalid("Metadata may hold 50 keys", param)
    for name, each in entries.items():
        if len(name) > 40 or not isinstance(each, str) or len(each) > 500:
            raise invalid("Metadata keys have up to 40 characters, values up to 500", f"{param}[{name}]")
    return {name: each for name, each in entries.items() if each}


def one_of(*known: str) -> Any:
    def check(value: Any, param: str) -> str:
        if value not in known:
            raise invalid(f"Invalid {param}: must be one of {', '.join(known)}", param)
        return str(value)

    return check


def checked(given: Any, spec: Spec, prefix: str = "") -> Body:
    """The parameters, each of its kind. Raises Refusal: parameter_unknown, or what its kind says."""
    found: Body = {}
    if not isinstance(given, dict):
        raise invalid(f"Invalid object: {given}", prefix)
    for name, value in given.items():
        param = f"{prefix}[{name}]" if prefix else name
        if name not in spec:
            raise invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")
        found[name] = _one(value, spec[name], param)
    return found


def _one(value: Any, kind: Any, param: str) -> Any:
    if isinstance(kind, list):
        if not isinstance(value, list):
            raise invalid("Invalid array", param)
        return [_one(each, kind[0], f"{param}[{place}]") for place, each in enumerate(value)]
    if isinstance(kind, dict):
        return checked(value, kind, param)
    return kind(value, param)


def need(given: Body, name: str, prefix: str = "") -> Any:
    param = f"{prefix}[{name}]" if prefix else name
    if name not in given:
        raise invalid(f"Missing required param: {param}.", param, "parameter_missing")
    return given[name]
