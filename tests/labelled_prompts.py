"""Prompts with what they hold, made by us: of each structured kind as many as are asked, and clean ones that look like it. Seeded.

Check digits are made here a second time, apart from the product, by the other direction: the digit that makes a number good is put at its end.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
FRAMES = (
    "Why does the parser choke on {}?", "Write a unit test. Input: {}", "the log says\n  value={}\nand then it stops", "{} is rejected, please explain",
    "Convert this into JSON:\n\nid;value\n17;{}\n", 'const sample = "{}";  // TODO remove', "Can you mask {} in the output?", "I pasted ({}) by mistake.",
)  # fmt: skip
_VERHOEFF = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6), (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1), (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4), (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_TURNS = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
Draw = random.Random
Maker = Callable[[Draw], str]


def digits(draw: Draw, count: int) -> str:
    return "".join(draw.choice(string.digits) for _ in range(count))


def letters(draw: Draw, count: int, of: str = ALNUM) -> str:
    return "".join(draw.choice(of) for _ in range(count))


def luhn_end(head: str) -> str:
    """The digit that ends a number by Luhn."""
    total = 0
    for place, one in enumerate(reversed(head)):
        value = int(one) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return str(-total % 10)


def card(draw: Draw) -> str:
    head, length = draw.choice(
        (("4", 16), ("53", 16), ("2402", 16), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14))
    )
    number = head + digits(draw, length - len(head) - 1)
    number += luhn_end(number)
    cut = (4, 10) if length == 15 else (4, 8, 12) if length == 16 else ()
    between = draw.choice(("", " ", "-"))
    return between.join(number[a:b] for a, b in zip((0, *cut), (*cut, length), strict=True)) if cut else number


def iban(draw: Draw) -> str:
    country, shape = draw.choice(
        (
            ("DE", "n" * 18),
            ("GB", "a" * 4 + "n" * 14),
            ("FR", "n" * 10 + "x" * 11 + "n" * 2),
            ("NL", "aaaa" + "n" * 10),
            ("NO", "n" * 11),
        )
    )
    kinds = {"n": string.digits, "a": string.ascii_uppercase, "x": string.ascii_uppercase + string.digits}
    account = "".join(draw.choice(kinds[one]) for one in shape)
    number = int(
        "".join(str(string.digits.find(one)) if one.isdigit() else str(ord(one) - 55) for one in account + country)
        + "00"
    )
    whole = f"{country}{98 - number % 97:02}{account}"
    return whole if draw.random() < 0.5 else " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def private_key(draw: Draw) -> str:
    kind = draw.choice(("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{letters(draw, 64)}\n-----END {kind}PRIVATE KEY-----"


def cloud_key(draw: Draw) -> str:
    return draw.choice(
        (
            draw.choice(("AKIA", "ASIA")) + letters(draw, 16, string.ascii_uppercase + "234567"),
            "AIza" + letters(draw, 35),
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + letters(draw, 86) + "==",
        )
    )


def access_token(draw: Draw) -> str:
    return draw.choice(
        (
            draw.choice(("ghp_", "gho_", "ghs_")) + letters(draw, 36), f"github_pat_{letters(draw, 22)}_{letters(draw, 59)}", "glpat-" + letters(draw, 20),
            f"xoxb-{digits(draw, 12)}-{digits(draw, 12)}-{letters(draw, 24)}", "sk_live_" + letters(draw, 24), "sk-ant-api03-" + letters(draw, 93),
            "sk-proj-" + letters(draw, 48), "npm_" + letters(draw, 36), f"SG.{letters(draw, 22)}.{letters(draw, 43)}", "hf_" + letters(draw, 34),
        )
    )  # fmt: skip


def signed_token(draw: Draw) -> str:
    def part(told: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    head = part({"alg": draw.choice(("HS256", "RS256", "ES256")), "typ": "JWT"})
    return f"{head}.{part({'sub': digits(draw, 8)})}.{letters(draw, 43)}"


def password_in_address(draw: Draw) -> str:
    scheme = draw.choice(("postgresql", "mongodb+srv", "amqp", "redis", "https"))
    return f"{scheme}://svc_{letters(draw, 4)}:{letters(draw, 14)}@db.{letters(draw, 6, string.ascii_lowercase)}.internal:5432/core"


def email(draw: Draw) -> str:
    name, domain = (letters(draw, draw.randint(3, 12), string.ascii_lowercase) for _ in range(2))
    return f"{name}.{name[::-1]}@{domain}{draw.choice(('.com', '.de', '.co.uk', '.bank', '-group.eu'))}"


def phone(draw: Draw) -> str:
    return draw.choice(
        (
            f"+49 {draw.randint(151, 179)} {digits(draw, 8)}", f"+44 20 7{digits(draw, 3)} {digits(draw, 4)}", f"+44 (0)20 7{digits(draw, 3)} {digits(draw, 4)}",
            f"+1 ({draw.randint(201, 989)}) 55{digits(draw, 1)}-{digits(draw, 4)}", f"+33 6 {digits(draw, 2)} {digits(draw, 2)} {digits(draw, 2)} {digits(draw, 2)}",
            f"+4179{digits(draw, 7)}", f"+91-98{digits(draw, 8)}",
        )
    )  # fmt: skip


def national_id(draw: Draw) -> str:
    return draw.choice((_ssn, _nir, _dni, _ahv, _swede, _aadhaar, _nino, _italian))(draw)


def _ssn(draw: Draw) -> str:
    return f"{draw.randint(1, 665):03}-{draw.randint(1, 99):02}-{draw.randint(1, 9999):04}"


def _nir(draw: Draw) -> str:
    born = f"{draw.choice('12')}{digits(draw, 2)}{draw.randint(1, 12):02}{draw.randint(10, 95)}{digits(draw, 6)}"
    whole = f"{born}{97 - int(born) % 97:02}"
    spaced = " ".join((whole[0], whole[1:3], whole[3:5], whole[5:7], whole[7:10], whole[10:13], whole[13:]))
    return draw.choice((whole, spaced))


def _dni(draw: Draw) -> str:
    number = digits(draw, 8)
    return f"{number}{draw.choice(('', '-'))}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(number) % 23]}"


def _ahv(draw: Draw) -> str:
    head = "756" + digits(draw, 9)
    end = -sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(head)) % 10
    return f"{head[:3]}.{head[3:7]}.{head[7:11]}.{head[11:]}{end}"


def _swede(draw: Draw) -> str:
    head = f"{digits(draw, 2)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}{digits(draw, 3)}"
    return f"{head[:6]}-{head[6:]}{luhn_end(head)}"


def _aadhaar(draw: Draw) -> str:
    head = draw.choice("23456789") + digits(draw, 10)
    rest = 0
    for place, one in enumerate(reversed(head), 1):
        rest = _VERHOEFF[rest][int(_TURNS[place % 8][int(one)])]
    whole = head + str(_VERHOEFF[rest].index(0))
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def _nino(draw: Draw) -> str:
    return f"{draw.choice(('AB', 'CE', 'JK', 'SW'))} {digits(draw, 2)} {digits(draw, 2)} {digits(draw, 2)} {draw.choice('ABCD')}"


def _italian(draw: Draw) -> str:
    return draw.choice(("RSSMRA80A01H501U", "RSSMRA85T10A562S"))


MAKERS: dict[str, Maker] = {
    "card": card, "bank_account": iban, "private_key": private_key, "cloud_key": cloud_key, "access_token": access_token, "signed_token": signed_token,
    "password_in_address": password_in_address, "email": email, "phone": phone, "national_id": national_id,
}  # fmt: skip


def planted(each: int, seed: int = 22) -> list[tuple[str, str]]:
    """(class, prompt): so many of each class."""
    draw = Draw(seed)
    return [(name, draw.choice(FRAMES).format(make(draw))) for name, make in MAKERS.items() for _ in range(each)]


def _uuid(draw: Draw) -> str:
    text = letters(draw, 32, "0123456789abcdef")
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _bad_card(draw: Draw) -> str:
    """A number that has the look of a card and a wrong last digit."""
    head = "4" + digits(draw, 14)
    return head + str((int(luhn_end(head)) + draw.randint(1, 9)) % 10)


CLEAN: tuple[Maker, ...] = (
    _uuid,
    _bad_card,
    lambda draw: letters(draw, 40, "0123456789abcdef"),
    lambda draw: letters(draw, 64, "0123456789ABCDEF"),
    lambda draw: f"17{digits(draw, 17)}",
    lambda draw: (
        f"2026-{draw.randint(1, 12):02}-{draw.randint(1, 28):02} {draw.randint(0, 23):02}:{draw.randint(0, 59):02}:07.123456+02:00"
    ),
    lambda draw: (
        f"10.{draw.randint(0, 255)}.{draw.randint(0, 255)}.{draw.randint(0, 255)}:8443 and fe80::1ff:fe23:4567:890a"
    ),
    lambda draw: f"978-3-16-14{digits(draw, 4)}-{draw.randint(0, 9)}",
    lambda draw: f"ORD-2026{digits(draw, 4)}-{digits(draw, 6)}, part PN-{digits(draw, 6)}-B",
    lambda _draw: "git clone git@git.example.com:team/service.git && npm i react@18.2.0 @types/node@20",
    lambda _draw: "@app.route('/v1/items')\n@pytest.mark.parametrize('a', [1, 2])",
    lambda _draw: "icon@2x.png, systemctl status getty@tty1.service, actions/checkout@v4",
    lambda _draw: "postgresql://localhost:5432/core?user=${DB_USER} or postgres://app:${DB_PASSWORD}@db:5432/core",
    lambda _draw: "export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; AWS_KEY=$AWS_ACCESS_KEY_ID; sk-...",
    lambda draw: "-----BEGIN CERTIFICATE-----\n" + letters(draw, 64) + "\n-----BEGIN PUBLIC KEY-----",
    lambda _draw: "user@example.com, admin@test.example, noreply@example.org",
    lambda draw: (
        f"+{digits(draw, 3)} lines, a + 4915 and {digits(draw, 1)}+1234567 = x, @@ -{draw.randint(1, 99)},7 +{draw.randint(1, 99)},9 @@"
    ),
    lambda draw: f"total 1 234 567.89 EUR, 48.8566{digits(draw, 6)}, 2.3522, [0 1 0 1 1 0 0 1 1 0 1 0 1]",
    lambda draw: f"eyJhcHAiOiJ4In0 is base64 of a JSON, data:image/png;base64,{letters(draw, 120)}",
    lambda draw: (
        f"call 555-{digits(draw, 4)} or see RFC 7519, ISO 13616, section 12.4.{draw.randint(1, 9)}, build 20261127.{digits(draw, 4)}"
    ),
    lambda draw: f"DE{digits(draw, 4)} is no account, GB29 NWBK 6016 13 neither, invoice FR76 {digits(draw, 4)}",
    lambda _draw: "def luhn(number: str) -> bool:\n    return sum(int(d) for d in number) % 10 == 0",
    lambda draw: f"select id, amount from trades where id in ({digits(draw, 7)}, {digits(draw, 9)}) order by 1;",
    lambda draw: (
        f"0x{letters(draw, 16, '0123456789abcdef')} in libc.so.6, ABCD-{digits(draw, 4)}-EF56-{digits(draw, 4)}, v{draw.randint(0, 9)}.{draw.randint(0, 99)}.{digits(draw, 3)}"
    ),
)


def clean(count: int, seed: int = 22) -> list[str]:
    """Prompts that hold nothing of any class."""
    draw = Draw(seed)
    return [draw.choice(FRAMES).format(CLEAN[number % len(CLEAN)](draw)) for number in range(count)]


HOSTILE = (
    *("1", "1 ", "4111 ", "4111-", "@", "a@", "a@a.", "a@" + "a." * 200, "+1 ", "+1(2)", "+12 3 4 5 6 7 8 9 ", "eyJ", ".eyJaaaaaaaaaa", "eyJaaaaaaaaaa."),
    *("://a:", "://" + "a" * 60 + ":" + "b" * 120, "DE89", "DE89 3704 ", "DE89 AAAA AAAA AAAA AAAA AAAA AAAA AAA ", "A", "AKIA", "AIza", "ghp_", "xoxb-", "SG."),
    *("sk-", "sk-ant-", "github_pat_", "-----BEGIN ", "-----BEGIN RSA ", "1-1", "12.", "12345678 a ", "756.1234.1234.12 ", "4111111111111111 x "),
    *("811218-9876 ", "ABCDEF12", "AB 12 34 56 ", "1 84 12 76 451 089 46 ", "2345 6789 0123 ", "AccountKey=", "\u0661@1", "é1@", "\0", "k_live_s"),
)  # fmt: skip
"""Repeated up to a length, each tries to make a rule look at the same text again and again."""
