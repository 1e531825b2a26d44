"""The files of the demo agency, made anew at every run: nothing in them was ever real, and nothing is kept."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document

LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
SURNAMES = "甄賈虛無假擬佯偽幻"
GIVEN = "有其人物實名之誠平安"
ROADS = "虛構中山無名示範假定"


@dataclass(slots=True)
class Planted:
    """Every secret put into a file, in clear, for those who search for leaks afterwards; lives in memory only."""

    secrets: list[str] = field(default_factory=list)

    def keep(self, secret: str) -> str:
        """Remembers a secret and returns it."""
        self.secrets.append(secret)
        return secret


@dataclass(slots=True)
class Invented:
    """Makes people and numbers that satisfy the checks of real ones."""

    chance: random.Random
    planted: Planted

    def national_id(self) -> str:
        """A number with a right check digit (weights 1, 9..1, 1)."""
        letter = self.chance.choice(sorted(LETTERS))
        digits = [self.chance.choice((1, 2)), *(self.chance.randrange(10) for _ in range(7))]
        code = LETTERS[letter]
        total = code // 10 + (code % 10) * 9
        total += sum(digit * weight for digit, weight in zip(digits, range(8, 0, -1), strict=True))
        return self.planted.keep(f"{letter}{''.join(map(str, digits))}{-total % 10}")

    def person(self) -> str:
        """A name nobody bears."""
        return self.chance.choice(SURNAMES) + "".join(self.chance.sample(GIVEN, 2))

    def mobile(self) -> str:
        """A mobile number."""
        return self.planted.keep(f"09{self.chance.randrange(10**8):08d}")

    def account(self) -> str:
        """A bank account."""
        return self.planted.keep(f"{self.chance.randrange(10**12, 10**13)}")

    def amount(self) -> str:
        """A price with separators."""
        return self.planted.keep(f"{self.chance.randrange(1_000_000_000, 9_900_000_000):,}")

    def address(self) -> str:
        """An address in the invented town."""
        road = "".join(self.chance.sample(ROADS, 2))
        return f"虛構縣示範市{road}路{self.chance.randrange(1, 300)}號{self.chance.randrange(2, 12)}樓"


def word(paragraphs: Sequence[str], *, header: str = "", table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file."""
    document = Document()
    if header:
        document.sections[0].header.paragraphs[0].text = header
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, values in zip(made.rows, table, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def spreadsheet(rows: Sequence[Sequence[str]], *, sheet: str = "工作表1") -> bytes:
    """An Excel file of one sheet, all cells text."""
    body = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            for column, value in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return file.getvalue()


def letter_xml(number: str, mark: str, condition: str) -> bytes:
    """A letter as the 公文系統 exchanges it (DI)."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?><函><發文機關><全銜>虛構縣示範市公所</全銜></發文機關>'
        f"<發文字號><字>示觀</字><文號><年度>108</年度><流水號>{number}</流水號></文號></發文字號>"
        f'<密等及解密條件或保密期限><密等 代碼="{mark}"/><解密條件或保密期限>{condition}</解密條件或保密期限>'
        "</密等及解密條件或保密期限><主旨><文字>檢送活動採購評選事宜，請查照。</文字></主旨></函>"
    )
    return text.encode()


def archive(members: dict[str, bytes]) -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return file.getvalue()


def office_files(planted: Planted, *, today: date, seed: int | None = None) -> dict[str, dict[str, bytes]]:
    """Files by share and path: the nine stories of the demo agency among everyday papers."""
    invented = Invented(random.Random(seed), planted)
    year = today.year - 1911
    shares = {name: dict(_everyday(name, year)) for name in SHARES}
    people = [
        [str(n), invented.person(), invented.national_id(), invented.mobile(), invented.address()]
        for n in range(1, 313)
    ]
    shares["公用區"]["暫存/身障補助名冊(含身分證).xlsx"] = spreadsheet(
        [["編號", "姓名", "身分證字號", "手機", "戶籍地址"], *people], sheet="補助名冊"
    )
    price = invented.amount()
    shares["工務課"][f"{year}標案/示範路拓寬_核定底價.xlsx"] = spreadsheet(
        [
            ["示範路拓寬工程底價表"],
            ["預算金額", "新臺幣" + invented.amount() + "元"],
            ["核定底價", f"新臺幣{price}元"],
            ["核定人", "市長", "核定日期", f"{year}年10月20日"],
        ]
    )
    shares["工務課"][f"{year}標案/示範路拓寬_會勘紀錄.docx"] = word(
        [f"{year}年度示範路拓寬工程會勘紀錄", "會勘地點：示範路起點。", "結論：請依契約圖說施工。"]
    )
    graded = [[invented.person(), invented.national_id(), "考績評分", str(n)] for n in range(78, 90)]
    shares["人事室"][f"考績/{year - 1}考績評分清冊.docx"] = word(
        [f"{year - 1}年度考績評分清冊", "考績委員會初核結果如下。"],
        header="密",
        table=[["姓名", "身分證統一編號", "項目", "分數"], *graded],
    )
    shares["行政室"]["密件收文登記簿.xlsx"] = spreadsheet(
        [
            ["收文日期", "來文機關", "密等", "案由", "承辦人"],
            *[
                [
                    f"{year}/9/{day}",
                    "虛構縣政府",
                    "密",
                    f"檢舉人{invented.person()}陳情公務員涉嫌圖利案",
                    invented.person(),
                ]
                for day in range(1, 8)
            ],
        ]
    )
    host_password = planted.keep(f"Zx{invented.chance.randrange(10**8):08d}!q")
    shares["資訊室"]["主機帳密.txt"] = (
        f"檔案伺服器\n帳號：administrator\n密碼：{host_password}\n備份主機\n帳號：backup\n密碼：{host_password}\n"
    ).encode("cp950")
    shares["民政課"]["宣導/保密宣導簡報.docx"] = word(
        ["公務機密維護宣導", "機密文書應與一般文書分開保管。", "範例：身分證字號 A123456789 僅供教學。"]
    )
    shares["民政課"]["調解/調解聲請書彙整.zip"] = archive(
        {
            "聲請書.docx": word(
                [
                    "調解聲請書",
                    f"聲請人：{invented.person()}　身分證字號{invented.national_id()}　住址：{invented.address()}",
                    f"對造人：{invented.person()}　身分證字號{invented.national_id()}",
                ]
            )
        }
    )
    shares["政風室"]["檢舉案/A1訪談紀錄.docx"] = word(
        ["訪談紀錄", f"檢舉人{invented.person()}，身分證字號{invented.national_id()}，陳述如下。"],
        header=f"密（本件至{year + 1}年6月30日解密）",
    )
    shares["觀光課"]["公文/108觀密字0001號.di"] = letter_xml("0001", "密", "本件至109年12月31日解密")
    shares["清潔隊"]["值勤/群組訊息截圖.png"] = _picture()
    shares["社會課"]["急難救助/匯款清冊.csv"] = "\r\n".join(
        ["姓名,身分證字號,匯款帳號", *(
            f"{invented.person()},{invented.national_id()},{invented.account()}" for _ in range(24)
        )]
    ).encode("utf-8-sig")  # fmt: skip
    # a path is content too: this name must be masked wherever it is shown
    shares["社會課"][f"急難救助/{invented.national_id()}_證明.txt"] = "核發證明一份。".encode()
    shares["財政課"]["公產/加密租約.docx"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
    shares["主計室"]["決算/決算草稿.docx"] = word(["決算說明", "各機關決算依規定辦理。"])
    return shares


def _everyday(share: str, year: int) -> list[tuple[str, bytes]]:
    """Papers every office has: nothing in them needs a mark."""
    notice = word([f"{share}業務公告", "服務時間：週一至週五。", "洽詢電話：(00)0000-0000。"])
    blank = word(["申請書", "姓名：＿＿＿＿　身分證字號：＿＿＿＿", "申請日期：　年　月　日"])
    meeting = word([f"{share}課務會議紀錄", "主席致詞（略）。", "決議：照案通過。"])
    rule = "第一條 為辦理業務，特訂定本要點。\n第二條 本要點所稱機密，依國家機密保護法規定。\n"
    budget = spreadsheet([["科目", "預算數", "執行數"], ["業務費", "120000", "80000"]])
    return [
        (f"公告/{year}年度{share}業務公告.docx", notice),
        ("表單/空白申請書.docx", blank),
        (f"會議/{year}年第1次課務會議.docx", meeting),
        ("法規/作業要點.txt", rule.encode()),
        (f"報表/{year}年度預算執行.xlsx", budget),
    ]


def _picture() -> bytes:
    """The smallest picture there is: it has no text to read."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6300010000050001 0d0a2db40000000049454e44ae426082".replace(" ", "")
    )


SHARES = (
    "民政課", "社會課", "財政課", "工務課", "農業課", "觀光課", "行政室", "資訊室", "人事室", "主計室", "政風室",
    "清潔隊", "公用區",
)  # fmt: skip


def lay_out(folder: Path, files: dict[str, dict[str, bytes]]) -> dict[str, Path]:
    """Writes the files below `folder`, one folder per share; returns the folders by share."""
    folders = {}
    for share, paths in files.items():
        folders[share] = folder / share
        for path, data in paths.items():
            target = folder / share / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return folders
