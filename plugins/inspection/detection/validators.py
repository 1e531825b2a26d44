"""Check digits and plausibility: turn a found text into its canonical value, or None where it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LETTER_CODES = {letter: code for code, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
"""A10 … Z33, I34, O35 (household registration; I, O and W stand out of order)."""

UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
MRZ_WEIGHTS = (7, 3, 1)
SEPARATORS = re.compile(r"[-\s]")
NO_SECRET = re.compile(
    r"[*xX_.-]{3,}|[<$%{\[`].*|#\{.*|(?:none|null|true|false|string|required|optional|password|passwd|changeme|example"
    r"|str|bytes|text|char|varchar|secretstr|securestring|any|object|bool|int)\W*|[&@:][A-Za-z_]*\W*"
    r"|!(?:vault|ref|sub|env\w*|secret|getatt|join|reference)",
    re.IGNORECASE,
)
# a program that fetches its secret elsewhere: os.environ["X"], getpass(…), process.env.X, settings.password
FETCHED = re.compile(
    r"(?:[A-Za-z_]\w*(?:\.|->|::))*[A-Za-z_]*(?:env|environ|secrets?|vault|config|settings?|credentials?|input|getpass"
    r"|prompt|param|params|args|options|request|session|decrypt|getproperty|getvariable)[A-Za-z_]*"
    r"(?:[(\[](?:[\"'A-Za-z_)].*)?|\.[A-Za-z_][A-Za-z_.]*(?:[(\[].*)?|\[?[\"'].*)"
    r"|process\.env\.\w+\W*|\w+(?:\.\w+)*\.(?:get|read|fetch|load)\w*\([\"'\w)].*"
    r"|(?:read|get|convertto|import|invoke|unprotect|find)-[a-z]+",
    re.IGNORECASE,
)
# behind a label in a program's own language: a call, a variable of an object, an annotation (open(…), this.state.x)
CODE_LABEL = re.compile(r"[A-Za-z]+[\"']?\]?\s*(?::=|=>|[:=])")
CALLED = re.compile(
    r"@?(?:[A-Za-z_]+|[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+|[A-Za-z]\w*_\w*)[(\[].*"
    r"|[A-Za-z_]+(?:(?:\.|->|::)[A-Za-z_]+)+\W*"
)
# what stands in for a secret that was not found elsewhere: get("X", "…"), x or "…", ${X:-…}
STANDS_IN = re.compile(
    r"(?:(?:get|env|fetch|config)\w*\s?\([^()\n]*,\s*(?:\w+\s*=\s*)?|\bor\s+|\|\|\s*|\?\?\s*)[\"'](?P<quoted>[^\"'\n]{4,40})[\"']"
    r"|[${]\{?[\w.]+:-?(?P<bare>[^}\s]{4,40})\}",
    re.IGNORECASE,
)
WORDS_OF_KEYS = re.compile(r"pass|pwd|secret|token|key|user|name|cred|conn|db", re.IGNORECASE)
INFORMER = re.compile(r"^(?:檢舉人|陳情人|申訴人|揭弊者)|(?:先生|女士|小姐|表示|陳稱|指稱|檢舉|反映)$")
MIN_SECRET = 4
MASKED = re.compile("[○〇O]")
LABELLED = re.compile(r"^.*?[:=\t]\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Names:
    """What a Chinese name may begin with and must not contain."""

    surnames: frozenset[str]
    compound: tuple[str, ...]
    not_names: tuple[str, ...]


def national_id(value: str) -> str | None:
    """National ID or new resident certificate: one letter, nine digits, weights 1,9,8,7,6,5,4,3,2,1,1 mod 10."""
    if len(value) != 10:
        return None
    code = LETTER_CODES[value[0]]
    digits = [code // 10, code % 10, *(int(digit) for digit in value[1:])]
    return value if _weighed(digits) == 0 and len(set(value[2:])) > 1 else None


def resident_old(value: str) -> str | None:
    """Old resident certificate: two letters, eight digits; the second letter counts by the unit of its code."""
    code, second = LETTER_CODES[value[0]], LETTER_CODES[value[1]] % 10
    digits = [code // 10, code % 10, second, *(int(digit) for digit in value[2:])]
    return value if _weighed(digits) == 0 else None


def _weighed(digits: list[int]) -> int:
    return sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10


def company_number(value: str) -> str | None:
    """統一編號 by the rule of 2023-04-01: weighed digit sum divisible by 5; a 7 in seventh place allows one more."""
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(value, UBN_WEIGHTS, strict=True))
    fits = total % 5 == 0 or (value[6] == "7" and (total + 1) % 5 == 0)
    return value if fits and value != "00000000" and _as_date(value[:4], value[4:6], value[6:]) is None else None


def luhn(value: str) -> str | None:
    """Payment cards: Luhn, mod 10."""
    digits = [int(digit) for digit in re.sub(r"\D", "", value)]
    doubled = [d if index % 2 == 0 else sum(divmod(d * 2, 10)) for index, d in enumerate(reversed(digits))]
    return "".join(map(str, digits)) if sum(doubled) % 10 == 0 and len(set(digits)) > 1 else None


def machine_readable_zone(value: str) -> str | None:
    """ICAO 9303: the name line as it is; in the number line three check digits, weights 7-3-1 mod 10."""
    if value.startswith("P<"):
        return value if "<<" in value[5:] else None
    parts = ((value[:9], value[9]), (value[13:19], value[19]), (value[21:27], value[27]))
    return value if all(_mrz_digit(text) == digit for text, digit in parts) else None


def _mrz_digit(text: str) -> str:
    values = [0 if c == "<" else int(c, 36) for c in text]
    return str(sum(v * MRZ_WEIGHTS[i % 3] for i, v in enumerate(values)) % 10)


def past_date(value: str, *, today: date) -> str | None:
    """A day that exists and lies in the past, of the Republic's or the common era; canonical ISO form."""
    numbers = re.findall(r"\d+", value)
    day = _as_date(*numbers[:3]) if len(numbers) >= 3 else None
    return day.isoformat() if day is not None and day < today else None


def _as_date(year: str, month: str, day: str) -> date | None:
    number = int(year)
    try:
        return date(number + 1911 if number < 1000 else number, int(month), int(day))
    except ValueError:
        return None


def account_number(value: str) -> str | None:
    """10 to 17 digits, no mobile and no toll-free number, and not all the same."""
    digits = re.sub(r"\D", "", value)
    fits = 10 <= len(digits) <= 17 and len(set(digits)) > 1
    return digits if fits and not re.fullmatch(r"09\d{8}|080[09]\d{6}", digits) else None


def private_mail(value: str) -> str | None:
    """A mail address outside government."""
    return None if re.search(r"@(?:[a-z0-9-]+\.)*gov(?:\.tw)?$", value.lower()) else value.lower()


def home_phone(value: str) -> str | None:
    """A landline without extension: an extension belongs to an office."""
    return None if re.search("[#轉]", value) else re.sub(r"\D", "", value)


def password(value: str) -> str | None:
    """The secret behind the label; words that only point elsewhere are none, what stands in for them is."""
    labelled = re.split(r":=\s*|=>\s*|[:=]\s*", value, maxsplit=1)
    text = labelled[1] if len(labelled) == 2 else value.split(maxsplit=1)[-1]
    if stand_in := STANDS_IN.search(value):
        return _spelt_out(stand_in["quoted"] or stand_in["bare"])
    secret = re.match(r"[!-~]*", text)
    bare = secret[0] if secret else ""
    found = bare.rstrip("(,").strip("\"'").rstrip(";")
    if len(labelled) == 1 and not (re.search(r"\d", found) and re.search(r"[A-Za-z]", found)):
        return None  # without a colon only what looks like a secret is one
    if len(found) < MIN_SECRET or NO_SECRET.fullmatch(found) or FETCHED.fullmatch(found):
        return None
    return None if CODE_LABEL.search(value[: -len(text) or None]) and CALLED.fullmatch(bare) else found


def _spelt_out(text: str) -> str | None:
    """A secret and not the name of one: letters and digits, or signs, and no word that names where one is kept."""
    signs = re.search(r"[^\w.-]", text)
    mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text) and not WORDS_OF_KEYS.search(text)
    return text if len(text) >= MIN_SECRET and re.search(r"\d|[A-Z]", text) and (signs or mixed) else None


@lru_cache(maxsize=4)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the words; nothing where there are none."""
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


def chinese_name(value: str, names: Names) -> str | None:
    """Two to four Chinese characters beginning with a surname; a name already masked (林○範) is none."""
    found = LABELLED.sub("", value, count=1)
    found = INFORMER.sub("", found) if found == value else found
    name = found[:4] if found.startswith(names.compound) else found[:3]
    if len(name) < 2 or MASKED.search(found) or _any_of(names.not_names).search(name):
        return None
    return name if name.startswith(names.compound) or name[0] in names.surnames else None


def validator(name: str | None, *, today: date, names: Names) -> Callable[[str], str | None]:
    """The function behind a rule's `validator` field; without one every match stands, separators dropped."""
    plain: dict[str | None, Callable[[str], str | None]] = {
        None: lambda value: SEPARATORS.sub("", value),
        "national_id": national_id,
        "resident_old": resident_old,
        "company_number": company_number,
        "luhn": luhn,
        "machine_readable_zone": machine_readable_zone,
        "past_date": lambda value: past_date(value, today=today),
        "account_number": account_number,
        "private_mail": private_mail,
        "home_phone": home_phone,
        "password": password,
        "chinese_name": lambda value: chinese_name(value, names),
    }
    return plain[name]
