"""Invented values for the labelled corpus: checksum-valid numbers are made at run time and stored nowhere."""
# ruff: noqa: E501 - one kind of value, one line

from __future__ import annotations

import random
import string
from collections.abc import Callable

# letter -> two digits of the national id (I, O, W and Z stand out of order)
LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)

SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯翁魏孫戴"
GIVEN = "雅怡婷淑惠美玲志明建宏俊傑家豪冠宇承恩柏翰詩涵欣妤佩君秀英麗華文雄國榮金龍思穎子軒品妍宗翰靜宜慧敏"
TOWNS = {
    "臺北市": "大安區 信義區 文山區 士林區", "新北市": "板橋區 三重區 新店區 汐止區", "桃園市": "中壢區 平鎮區 龜山區",
    "臺中市": "北屯區 西屯區 豐原區 大里區", "臺南市": "永康區 安平區 新營區", "高雄市": "鳳山區 三民區 左營區 岡山區",
    "宜蘭縣": "羅東鎮 頭城鎮 冬山鄉", "新竹縣": "竹北市 湖口鄉 竹東鎮", "苗栗縣": "頭份市 苑裡鎮 公館鄉",
    "彰化縣": "員林市 鹿港鎮 花壇鄉", "南投縣": "草屯鎮 埔里鎮 名間鄉", "雲林縣": "斗六市 虎尾鎮 古坑鄉",
    "嘉義縣": "民雄鄉 太保市 朴子市", "屏東縣": "潮州鎮 東港鎮 內埔鄉", "花蓮縣": "花蓮市 吉安鄉 玉里鎮", "臺東縣": "臺東市 成功鎮 卑南鄉",
}  # fmt: skip
ROADS = [
    "中山路",
    "民權東路",
    "光復街",
    "文化路",
    "建國北路",
    "和平街",
    "復興路",
    "仁愛街",
    "忠孝路",
    "公園路",
    "大同街",
    "自強路",
    "成功街",
    "信義路",
]
VILLAGES = ["福德里", "中興村", "永安里", "大湖村", "仁和里", "新生里", "東山村"]
ILLNESSES = [
    "思覺失調症",
    "第二型糖尿病",
    "慢性腎衰竭",
    "肺結核",
    "乳癌",
    "憂鬱症",
    "失智症",
    "高血壓性心臟病",
    "癲癇",
    "C型肝炎",
]
CRIMES = ["竊盜", "詐欺", "傷害", "公共危險", "毒品危害防制條例", "妨害自由", "偽造文書", "侵占"]
TRADES = ["營造", "土木包工業", "資訊", "工程顧問", "環保工程", "機電", "景觀", "測量"]


def digits(rng: random.Random, count: int) -> str:
    """`count` random decimal digits."""
    return "".join(rng.choices(string.digits, k=count))


def _closed(rng: random.Random, letter: str, second: str, code_of_second: int) -> str:
    """An id of ten places whose last digit closes the sum of the national id's weights."""
    middle = digits(rng, 7)
    first = LETTERS[letter]
    numbers = [first // 10, first % 10, code_of_second, *(int(digit) for digit in middle)]
    total = sum(number * weight for number, weight in zip(numbers, WEIGHTS, strict=True))
    return f"{letter}{second}{middle}{-total % 10}"


def national_id(rng: random.Random) -> str:
    """A national id (letter, 1 or 2, eight digits)."""
    second = rng.choice("12")
    return _closed(rng, rng.choice(list(LETTERS)), second, int(second))


def resident_id(rng: random.Random) -> str:
    """A resident certificate number as issued since 2021 (second place 8 or 9)."""
    second = rng.choice("89")
    return _closed(rng, rng.choice(list(LETTERS)), second, int(second))


def old_resident_id(rng: random.Random) -> str:
    """A resident certificate number of the old form: two letters, eight digits."""
    second = rng.choice("ABCD")
    return _closed(rng, rng.choice(list(LETTERS)), second, LETTERS[second] % 10)


def company_number(rng: random.Random) -> str:
    """A company number by the rule of 2023: the digits of the weighted products add up to a multiple of five."""
    while True:
        number = digits(rng, 8)
        products = (int(digit) * weight for digit, weight in zip(number, (1, 2, 1, 2, 1, 2, 4, 1), strict=True))
        if number[0] != "0" and number[6] != "7" and sum(p // 10 + p % 10 for p in products) % 5 == 0:
            return number


def card_number(rng: random.Random) -> str:
    """A card number of sixteen digits in fours, closed by Luhn."""
    number = rng.choice(("4", "51", "53", "55", "356")) + digits(rng, 15)
    number = number[:15]
    doubled = [int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(number)]
    total = sum(d - 9 if d > 9 else d for d in doubled)
    number += str(-total % 10)
    return "-".join(number[at : at + 4] for at in range(0, 16, 4))


def name(rng: random.Random) -> str:
    """A Chinese name of three characters."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 2))


def mobile(rng: random.Random) -> str:
    """A mobile number in one of the ways people write it."""
    raw = f"09{rng.choice('1235678')}{digits(rng, 7)}"
    return rng.choice(
        (raw, f"{raw[:4]}-{raw[4:7]}-{raw[7:]}", f"{raw[:4]}-{raw[4:]}", f"{raw[:4]} {raw[4:7]} {raw[7:]}")
    )


def address(rng: random.Random) -> str:
    """A door number in a county, sometimes with village, lane and floor."""
    county = rng.choice(list(TOWNS))
    text = county + rng.choice(TOWNS[county].split())
    if rng.random() < 0.3:
        text += f"{rng.choice(VILLAGES)}{rng.randint(1, 25)}鄰"
    text += rng.choice(ROADS)
    if rng.random() < 0.4:
        text += f"{rng.choice('一二三')}段"
    if rng.random() < 0.3:
        text += f"{rng.randint(2, 320)}巷"
    text += f"{rng.randint(1, 480)}號"
    if rng.random() < 0.4:
        text += f"{rng.randint(2, 14)}樓"
    return text


def born(rng: random.Random) -> str:
    """A date of birth in the years of the Republic."""
    year, month, day = rng.randint(25, 98), rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice((f"{year}年{month}月{day}日", f"{year}.{month:02}.{day:02}", f"民國{year}年{month}月{day}日"))


def machine_readable(rng: random.Random) -> str:
    """The two lines of a passport's machine-readable zone with 7-3-1 check digits."""

    def check(text: str) -> str:
        values = (0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55 for c in text)
        return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)

    number, birth, expiry = (
        "3" + digits(rng, 8),
        f"{rng.randint(50, 99)}0{rng.randint(1, 9)}1{rng.randint(0, 9)}",
        "310412",
    )
    given = "<".join("".join(rng.choices(string.ascii_uppercase, k=4)) for _ in range(2))
    first = f"P<TWN{''.join(rng.choices(string.ascii_uppercase, k=4))}<<{given}".ljust(44, "<")
    personal = national_id(rng).ljust(14, "<")
    body = number + check(number) + "TWN" + birth + check(birth) + "M" + expiry + check(expiry) + personal
    composite = number + check(number) + birth + check(birth) + expiry + check(expiry) + personal + check(personal)
    return f"{first}\n{body}{check(personal)}{check(composite)}"


def plate(rng: random.Random) -> str:
    """A licence plate of the present form: no I, O and no digit 4."""
    letters = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=3))
    return f"{letters}-{''.join(rng.choices('01235678', k=3))}{rng.choice('9123')}"


def secret(rng: random.Random) -> str:
    """A password as people choose them."""
    word = "".join(rng.choices(string.ascii_lowercase, k=5)).capitalize()
    return f"{word}{rng.choice('!@#$')}{rng.randint(10, 9999)}{rng.choice(('', 'x', 'Q'))}"


def amount(rng: random.Random) -> str:
    """A sum of money between a hundred thousand and thirty million, with thousands' commas."""
    return f"{rng.randint(100, 30_000) * 1000:,}"


def widened(text: str) -> str:
    """The same in full-width letters and digits."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "nid": national_id,
    "nidwide": lambda rng: widened(national_id(rng)),
    "nidspaced": lambda rng: " ".join(national_id(rng)),
    "ui": resident_id,
    "uio": old_resident_id,
    "ubn": company_number,
    "card": card_number,
    "name": name,
    "mobile": mobile,
    "tel": lambda rng: f"({rng.choice(('02', '03', '04', '06', '07'))}){rng.randint(220, 899)}-{digits(rng, 4)}",
    "addr": address,
    "dob": born,
    "bornad": lambda rng: f"{rng.randint(1940, 2008)}/{rng.randint(1, 12):02}/{rng.randint(1, 28):02}",
    "mrz": machine_readable,
    "plate": plate,
    "password": secret,
    "apikey": lambda rng: "".join(rng.choices(string.ascii_letters + string.digits, k=32)),
    "money": amount,
    "passport": lambda rng: "3" + digits(rng, 8),
    "nhi": lambda rng: "0000" + digits(rng, 8),
    "acct": lambda rng: rng.choice((digits(rng, 12), digits(rng, 14), f"{rng.choice(('004', '700', '812'))}-{digits(rng, 12)}")),
    "illness": lambda rng: rng.choice(ILLNESSES),
    "crime": lambda rng: rng.choice(CRIMES),
    "company": lambda rng: "".join(rng.sample("宏泰鼎盛永信大昌佳順元亨", 2)) + rng.choice(TRADES) + "有限公司",
    "email": lambda rng: "".join(rng.choices(string.ascii_lowercase, k=7)) + rng.choice(("@mail.example", "@post.example")),
    "govmail": lambda rng: "".join(rng.choices(string.ascii_lowercase, k=5)) + "@shifan.gov.tw",
    "user": lambda rng: "".join(rng.choices(string.ascii_lowercase, k=6)),
    "ip": lambda rng: f"10.{rng.randint(1, 250)}.{rng.randint(1, 250)}.{rng.randint(2, 250)}",
    "ext": lambda rng: str(rng.randint(100, 899)),
    "score": lambda rng: str(rng.randint(68, 95)),
    "caseno": lambda rng: f"09{digits(rng, 8)}",
    "docno": lambda rng: f"115{digits(rng, 7)}",
    "digits8": lambda rng: digits(rng, 8),
    "digits9": lambda rng: rng.choice("13") + digits(rng, 8),
    "digits13": lambda rng: digits(rng, 13),
    "invoice": lambda rng: rng.choice("QRST") + rng.choice("ABCD") + digits(rng, 8),
    "number": lambda rng: str(rng.randint(12, 9800)),
    "masked": lambda rng: national_id(rng)[:6] + "****",
    "maskedname": lambda rng: rng.choice(SURNAMES) + "○" + rng.choice(GIVEN),
}  # fmt: skip

# what a value in the text may rightly be reported as, beside what the template demands
MAY_BE: dict[str, str] = {
    "nid": "PII-NID", "nidwide": "PII-NID", "nidspaced": "PII-NID", "ui": "PII-UI-NEW", "uio": "PII-UI-OLD",
    "card": "FIN-CARD", "mobile": "PII-MOBILE", "tel": "PII-TEL", "addr": "PII-ADDR", "dob": "PII-DOB", "bornad": "PII-DOB",
    "mrz": "PII-MRZ", "plate": "VEH-PLATE", "password": "SEC-PASSWORD", "apikey": "SEC-PASSWORD", "passport": "PII-PASSPORT",
    "nhi": "PII-NHI", "acct": "FIN-ACCT", "email": "PII-EMAIL", "ubn": "ORG-UBN",
}  # fmt: skip
