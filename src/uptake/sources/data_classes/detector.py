"""What a text holds, by rules of the standard library's `re`: a pattern, and where the kind carries one, its check digit.

Every pattern is bounded, begins at a literal or at a border, and gives nothing back that it could try again at length: time is linear in the
text, whatever its author meant by it. Names, addresses and free text are not found; neither is what is split, spelt out or encoded.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from uptake.sources.data_classes import digits

LONGEST = 256 * 2**10
"""Characters of a text that are looked at; what stands behind them is not."""
_VARIED = 8
"""Different characters that a real key has at least; a placeholder such as `ghp_xxxx` has fewer."""
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost)$")
"""Domains that nobody has (RFC 2606)."""
_FILES = (
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "js",
    "ts",
    "mjs",
    "css",
    "map",
    "tgz",
    "service",
    "socket",
    "timer",
    "local",
)
"""Ends of names that have the shape of an address: `icon@2x.png`, `getty@tty1.service`."""
_NO_DIGIT = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True)
class Rule:
    """`kind`: the class that it counts. `signs`: texts of which one must be there, so that most rules cost one look. `holds`: judges a find."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] = lambda _found: True
    signs: tuple[str, ...] = ()


def _varied(found: re.Match[str]) -> bool:
    return len(set(found[0])) >= _VARIED


def _digits(check: Callable[[str], bool]) -> Callable[[re.Match[str]], bool]:
    return lambda found: check(_NO_DIGIT.sub("", found[0]))


def _iban(found: re.Match[str]) -> bool:
    whole = found[0].replace(" ", "")
    return digits.iban(whole[: digits.IBAN_LENGTHS.get(whole[:2], 0)])


def _jwt(found: re.Match[str]) -> bool:
    head = found[0].partition(".")[0]
    try:
        return b'"alg"' in base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
    except (binascii.Error, ValueError):
        return False


def _email(found: re.Match[str]) -> bool:
    """No address of a repository (`git@host`), no name of a file, none that nobody can have."""
    before = found.string[max(0, found.start() - 4) : found.start()]
    domain = found[1].lower()
    named = not _RESERVED.search(domain) and not domain.endswith(tuple(f".{end}" for end in _FILES))
    return named and not re.search(r"(?:^|[^A-Za-z0-9])git$", before)


def _phone(found: re.Match[str]) -> bool:
    number = _NO_DIGIT.sub("", found[0])
    return len(number) == 11 and number[1] in "23456789" if number[0] == "1" else 10 <= len(number) <= 15


def _password(found: re.Match[str]) -> bool:
    return (
        found[1][0] not in "$<{%[*"
        and len(set(found[1])) > 1
        and found[1].lower() not in ("password", "pass", "secret")
    )


_BORDER, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_KEY_END = r"(?![A-Za-z0-9_-])"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


TEXT_RULES = (
    Rule("private_key", _pattern(r"-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?-----"), signs=("-----BEGIN ",)),
    Rule("cloud_key", _pattern(rf"{_BORDER}A[KS]IA[A-Z2-7]{{16}}{_END}"), _varied, ("AKIA", "ASIA")),
    Rule("cloud_key", _pattern(rf"{_BORDER}AIza[A-Za-z0-9_-]{{35}}{_KEY_END}"), _varied, ("AIza",)),
    Rule("cloud_key", _pattern(r"AccountKey=[A-Za-z0-9+/]{86}=="), _varied, ("AccountKey=",)),
    Rule("access_token", _pattern(rf"{_BORDER}gh[pousr]_[A-Za-z0-9]{{36,255}}"), _varied, ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    Rule("access_token", _pattern(rf"{_BORDER}github_pat_[A-Za-z0-9]{{22}}_[A-Za-z0-9]{{59}}"), _varied, ("github_pat_",)),
    Rule("access_token", _pattern(rf"{_BORDER}glpat-[A-Za-z0-9_-]{{20,64}}"), _varied, ("glpat-",)),
    Rule("access_token", _pattern(rf"{_BORDER}xox[abprs]-[A-Za-z0-9-]{{20,250}}"), _varied, ("xox",)),
    Rule("access_token", _pattern(rf"{_BORDER}[sr]k_live_[A-Za-z0-9]{{24,99}}"), _varied, ("k_live_",)),
    Rule("access_token", _pattern(rf"{_BORDER}sk-(?:ant-|proj-)[A-Za-z0-9_-]{{32,250}}"), _varied, ("sk-ant-", "sk-proj-")),
    Rule("access_token", _pattern(rf"{_BORDER}sk-[A-Za-z0-9]{{48}}{_KEY_END}"), _varied, ("sk-",)),
    Rule("access_token", _pattern(rf"{_BORDER}(?:npm_[A-Za-z0-9]{{36}}|hf_[A-Za-z0-9]{{34}}){_END}"), _varied, ("npm_", "hf_")),
    Rule("access_token", _pattern(rf"{_BORDER}SG\.[A-Za-z0-9_-]{{22}}\.[A-Za-z0-9_-]{{43}}{_KEY_END}"), _varied, ("SG.",)),
    Rule(
        "signed_token",
        _pattern(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,2000}+\.eyJ[A-Za-z0-9_-]{4,8000}+\.[A-Za-z0-9_-]{16,2000}"), _jwt, ("eyJ",),
    ),
    Rule("password_in_address", _pattern(r"://[^\s/:@]{1,64}:([^\s/@]{3,128})@[A-Za-z0-9\[]"), _password, ("://",)),
    Rule(
        "email",
        _pattern(r"(?<=[A-Za-z0-9_%+-])@((?:[A-Za-z0-9-]{1,63}+\.){1,5}[A-Za-z]{2,24})(?!\.?[A-Za-z0-9-])(?!:[A-Za-z0-9/~])"), _email, ("@",),
    ),
    Rule(
        "phone",
        _pattern(r"(?<![\w+])\+(?=[1-9])\d{1,3}(?:[ .-]?\(0\))?(?:[ .-]?\(\d{1,4}\))?(?:[ .-]?\d{1,12}){1,6}(?![\w:])"), _phone, ("+",),
    ),
    Rule(
        "bank_account",
        _pattern(rf"{_BORDER}[A-Z]{{2}}\d{{2}} ?(?:[A-Z0-9]{{4}} ?){{2,7}}[A-Z0-9]{{0,3}}"), _iban,
    ),
    Rule(
        "national_id",
        _pattern(rf"{_BORDER}[A-Z]{{6}}\d{{2}}[A-EHLMPRST]\d{{2}}[A-Z]\d{{3}}[A-Z]{_END}"), lambda found: digits.codice_fiscale(found[0]),
    ),
    Rule(
        "national_id",
        _pattern(rf"{_BORDER}(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d{{2}}){{3}} ?[A-D]{_END}"),
    ),
)  # fmt: skip
"""Rules over the whole text."""

_ALONE, _LAST = r"(?<![A-Za-z0-9_.+/-])", r"(?![A-Za-z0-9_/-])(?!\.\d)"
NUMBER_RULES = (
    Rule(
        "card",
        _pattern(
            rf"{_ALONE}(?<!\d )(?:\d{{14,19}}|\d{{4}}([ -])\d{{4}}\1\d{{4}}\1\d{{4}}|3\d{{3}}([ -])\d{{6}}\2\d{{4,5}}){_LAST}(?![ ]\d{{4}}\b)"
        ),
        _digits(digits.card),
    ),
    Rule("national_id", _pattern(rf"{_ALONE}(?!000|666|9)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}{_LAST}")),
    Rule(
        "national_id",
        _pattern(rf"{_ALONE}[12](?: \d{{2}}){{3}}(?: \d{{3}}){{2}} \d{{2}}{_LAST}|{_ALONE}[12]\d{{14}}{_LAST}"), _digits(digits.nir),
    ),
    Rule("national_id", _pattern(rf"{_ALONE}\d{{8}}-?[A-HJ-NP-TV-Z]{_LAST}"), lambda found: digits.dni(found[0])),
    Rule("national_id", _pattern(rf"{_ALONE}756\.\d{{4}}\.\d{{4}}\.\d{{2}}{_LAST}"), _digits(digits.ahv)),
    Rule("national_id", _pattern(rf"{_ALONE}\d{{6}}[-+]\d{{4}}{_LAST}"), _digits(digits.personnummer)),
    Rule("national_id", _pattern(rf"{_ALONE}(?<!\d )[2-9]\d{{3}} \d{{4}} \d{{4}}{_LAST}(?! \d)"), _digits(digits.aadhaar)),
)  # fmt: skip
"""Rules over stretches of eight digits and more alone."""
_STRETCH = _pattern(r"\d(?:[ .+-]?\d){7,}+")
_BESIDE = 4
"""Characters on each side of a stretch that its rules see."""
_APART = "\0"

CLASSES: Mapping[str, str] = {
    "card": "number of a payment card, Luhn checked",
    "bank_account": "IBAN, checked by 97",
    "private_key": "head of a private key",
    "cloud_key": "key of a cloud provider",
    "access_token": "token of a vendor's interface",
    "signed_token": "JSON web token",
    "password_in_address": "address with a password in it",
    "email": "e-mail address",
    "phone": "telephone number with its country",
    "national_id": "number that a state gives a person",
}
"""Class -> what it is: those of `model.DATA_CLASSES`."""


def count(text: str) -> dict[str, int]:
    """Class -> how often it stands in a text; only classes that do. Nothing of the text is in the answer."""
    text = text[:LONGEST]
    found: dict[str, int] = {}
    for rule in TEXT_RULES:
        if not rule.signs or any(sign in text for sign in rule.signs):
            _add(found, rule, text)
    near = _APART.join(text[max(0, one.start() - _BESIDE) : one.end() + _BESIDE] for one in _STRETCH.finditer(text))
    for rule in NUMBER_RULES if near else ():
        _add(found, rule, near)
    return found


def _add(found: dict[str, int], rule: Rule, text: str) -> None:
    times = sum(1 for one in rule.pattern.finditer(text) if rule.holds(one))
    if times:
        found[rule.kind] = found.get(rule.kind, 0) + times
