"""Calls the Python functions of one owner with the arguments of one statement.

The host hands over texts and is given texts: JSON, values as they are said in results, or null. It runs before anybody's code does,
and what it shuts here only keeps honest code from false hopes: what holds a hostile one is the process around it.
"""

import ast
import base64
import datetime
import decimal
import json
import math
import sys

# A value longer than this is no value of a row any more.
VALUE_CHARACTERS_MAX = 1_000_000
MESSAGE_CHARACTERS_MAX = 300

EXACT = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)
# What DOUBLE, INT and the like can hold, as on the way from Python.
WHOLE = {"INT": 2**31, "BIGINT": 2**63}


class WrongType(Exception):
    """The function returned what its declared type cannot hold."""


def wrong(value, declared):
    return WrongType(f"it returned a value of type {type(value).__name__}, and {declared['carried']} is declared")


def to_text(value, declared):
    if not isinstance(value, str):
        raise wrong(value, declared)
    return str(value)


def to_boolean(value, declared):
    if not isinstance(value, bool):
        raise wrong(value, declared)
    return "true" if value else "false"


def to_whole(value, declared):
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(value, declared)
    bound = WHOLE[declared["carried"]]
    if not -bound <= value < bound:
        raise WrongType(f"it returned a number that {declared['carried']} cannot hold")
    return str(int(value))


def to_double(value, declared):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(value, declared)
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(number)


def to_decimal(value, declared):
    if isinstance(value, bool) or not isinstance(value, (int, decimal.Decimal)):
        raise wrong(value, declared)
    number = decimal.Decimal(value)
    if not number.is_finite() or number.adjusted() > 100:
        raise WrongType("it returned a number that DECIMAL cannot hold")
    scaled = number.quantize(decimal.Decimal(1).scaleb(-declared["scale"]), context=EXACT)
    if abs(scaled) >= decimal.Decimal(10) ** (declared["precision"] - declared["scale"]):
        raise WrongType(f"it returned a number that DECIMAL({declared['precision']},{declared['scale']}) cannot hold")
    return format(scaled, "f")


def to_date(value, declared):
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise wrong(value, declared)
    return value.isoformat()


def to_timestamp(value, declared):
    if not isinstance(value, datetime.datetime):
        raise wrong(value, declared)
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value.isoformat(sep=" ") + "+00"


def to_binary(value, declared):
    if not isinstance(value, (bytes, bytearray)):
        raise wrong(value, declared)
    return bytes(value).hex()


TO_HOST = {
    "STRING": to_text,
    "BOOLEAN": to_boolean,
    "INT": to_whole,
    "BIGINT": to_whole,
    "DOUBLE": to_double,
    "DECIMAL": to_decimal,
    "DATE": to_date,
    "TIMESTAMP": to_timestamp,
    "BINARY": to_binary,
}

FROM_HOST = {
    "STRING": str,
    "BOOLEAN": lambda text: text == "true",
    "INT": int,
    "BIGINT": int,
    "DOUBLE": float,
    "DECIMAL": decimal.Decimal,
    "DATE": datetime.date.fromisoformat,
    # A moment, as a datetime without a zone that is UTC's.
    "TIMESTAMP": lambda text: datetime.datetime.fromisoformat(text).replace(tzinfo=None),
    "BINARY": base64.b64decode,
}

functions = {}


def failure(thrown, name):
    """What is told of an exception: its type, its words, and the line of the body that it came from."""
    line = None
    trace = getattr(thrown, "__traceback__", None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(thrown, SyntaxError):
        line = thrown.lineno
    try:
        words = str(thrown)[:MESSAGE_CHARACTERS_MAX]
    except BaseException:
        words = ""
    kind = "wrong_type" if isinstance(thrown, WrongType) else "raised"
    return json.dumps({"failure": {"kind": kind, "type": type(thrown).__name__[:100], "words": words, "line": line}})


def define(text):
    """Makes a function of its body. The body's statements become those of a function; `return` stands among them."""
    made = json.loads(text)
    try:
        names = [parameter["name"] for parameter in made["parameters"]]
        body = ast.parse(dedented(made["body"]), made["name"])
        header = ast.parse(f"def function({', '.join(names)}):\n    pass\n", made["name"])
        if body.body:
            header.body[0].body = body.body
        space = {"__builtins__": __builtins__, "__name__": "__main__"}
        exec(compile(header, made["name"], "exec"), space)
        functions[made["id"]] = (made["name"], space["function"], made["parameters"], made["returns"])
    except BaseException as thrown:
        return failure(thrown, made["name"])
    return json.dumps({"defined": True})


def dedented(body):
    """The body without the margin that all its lines have. Its first line stands behind `$$`, and has none of its own."""
    lines = body.split("\n")
    if lines[0].strip():
        lines[0] = lines[0].lstrip()
        rest = lines[1:]
    else:
        lines[0] = ""
        rest = lines
    margins = [len(line) - len(line.lstrip()) for line in rest if line.strip()]
    margin = min(margins, default=0)
    if lines[0]:
        return "\n".join([lines[0], *(line[margin:] for line in rest)])
    return "\n".join(line[margin:] for line in lines)


def call(text):
    """Calls a function once for each row of arguments, in order."""
    asked = json.loads(text)
    name, function, parameters, returns = functions[asked["id"]]
    readers = [FROM_HOST[parameter["type"]["carried"]] for parameter in parameters]
    write = TO_HOST[returns["carried"]]
    results = []
    try:
        for row in asked["rows"]:
            given = [None if value is None else read(value) for read, value in zip(readers, row)]
            made = function(*given)
            said = None if made is None else write(made, returns)
            if said is not None and len(said) > VALUE_CHARACTERS_MAX:
                raise WrongType(f"it returned a value of more than {VALUE_CHARACTERS_MAX} characters")
            results.append(said)
    except BaseException as thrown:
        return failure(thrown, name)
    return json.dumps({"results": results})


# The bridge to the host's own language, and to its machine code.
for module in ["js", "pyodide_js", "_pyodide_core", "pyodide", "_pyodide", "ctypes", "_ctypes"]:
    for known in [one for one in sys.modules if one == module or one.startswith(module + ".")]:
        sys.modules[known] = None
    sys.modules[module] = None
sys.meta_path[:] = [finder for finder in sys.meta_path if "Js" not in type(finder).__name__]
