"""Papers made at run time that look alike and are not: what an office publishes, and what only resembles it.

Each kind draws its words, the order of its columns and lines, and its values from a seed; none of it stands in the rules.
"""
# ruff: noqa: E501 - one kind of wording, one line

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from detection.invented import Inventor
from quality.paper import Paper, Piece, Row
from quality.tokens import address
from quality.tokens import name as person

Making = Callable[[random.Random], Paper]


def paper(title: str, *lines: str, table: Sequence[Sequence[str]] = (), name: str = "") -> Paper:
    """A title, lines, and a table below them."""
    pieces = [Piece((title, *lines))]
    if table:
        pieces.append(Piece(table=tuple(tuple(row) for row in table)))
    return Paper(name or title, title, tuple(pieces))


def pick(chance: random.Random, words: str) -> str:
    """One of some words parted by blanks."""
    return chance.choice(words.split())


def inventor(chance: random.Random) -> Inventor:
    """Numbers from the same chance."""
    return Inventor(chance.randrange(1 << 30))


def shuffled(chance: random.Random, columns: Sequence[tuple[str, Callable[[int], str]]], rows: int) -> list[Row]:
    """A table of columns in any order: headings, then rows."""
    order = list(columns)
    chance.shuffle(order)
    return [tuple(head for head, _ in order), *(tuple(cell(n) for _, cell in order) for n in range(1, rows + 1))]


# --- what an office publishes -------------------------------------------------------------------------------------------

AGENCIES = "示範鎮公所 示範縣政府政風處 示範市公所政風室 示範地政事務所 示範衛生所 示範國小 示範縣警察局 示範區公所"
HOTLINES = "檢舉專線 檢舉電話 廉政專線 政風專線 陳情專線 服務專線 申訴專線 反貪專線 廉政檢舉專線 檢舉貪瀆專線 申訴電話 1999專線 諮詢專線"
BOXES = "檢舉信箱 電子信箱 廉政信箱 檢舉信箱 申訴信箱 郵政信箱"
SLOGANS = (
    "貪污不法，人人有責", "拒絕關說，廉能施政", "檢舉人身分絕對保密", "檢舉人身分依法保密，請安心來電", "舉報貪瀆，最高可獲檢舉獎金一千萬元",
    "歡迎民眾踴躍檢舉", "揭弊者受法律保護", "陳情人個人資料絕對保密", "發現弊端請勇敢說出來", "檢舉不法・保護您", "如有廠商不當餽贈，請通報本室",
    "保障檢舉人權益，請多利用下列管道",
)  # fmt: skip


def hotline(chance: random.Random) -> Paper:
    """A poster, a leaflet, a footer, a page of the office's own lines."""
    made = inventor(chance)
    agency = pick(chance, AGENCIES)
    numbers = [
        made.telephone(),
        "0800-" + made.digits(3) + "-" + made.digits(3),
        made.mobile(),
        made.telephone() + "分機" + made.digits(3),
    ]
    chance.shuffle(numbers)
    lines = [f"{pick(chance, HOTLINES)}{chance.choice('：: 　')}{number}" for number in numbers[: chance.randint(1, 3)]]
    lines += [
        f"{pick(chance, BOXES)}：{chance.choice(['ethics@shifan.gov.tw', 'ethics@shifan.org.tw', '示範郵局第77號信箱'])}"
    ]
    lines += [f"{chance.choice(['地址', '地點', '親自檢舉', '受理地點'])}：{address(chance)}"]
    lines += chance.sample(SLOGANS, chance.randint(1, 4))
    if chance.random() < 0.4:
        lines.append(
            f"{chance.choice(['受理人員', '承辦人', '聯絡人', '受理窗口'])}：{person(chance)}{chance.choice(['主任', '科員', ''])}"
        )
    chance.shuffle(lines)
    title = chance.choice([f"{agency}廉政宣導海報", f"{agency}受理檢舉管道", "反貪海報", f"{agency}陳情及檢舉管道", "廉政文宣", f"{agency}性騷擾申訴管道",
                           "檢舉管道公告", "我要檢舉", "服務專線一覽"])  # fmt: skip
    return paper(title, *lines, name=chance.choice([title, "海報", "A1輸出稿", "跑馬燈文字"]))


PLACES = {
    "避難收容處所": "活動中心 國小禮堂 體育館 社區關懷據點 老人會館",
    "公共廁所": "公園公廁 市場公廁 車站公廁 轉運站公廁",
    "AED設置地點": "圖書館 游泳池 鎮公所 火車站 運動公園",
    "投開票所": "第一投開票所 國中教室 里集會所 廟前廣場",
    "公共托育機構": "托嬰中心 公設民營托嬰中心 親子館 幼兒園",
    "合法民宿": "山嵐民宿 海岸民宿 稻香民宿 老街民宿",
    "公有停車場": "第一停車場 市場地下停車場 河濱停車場",
    "長照服務據點": "日照中心 巷弄長照站 失智據點 居家長照機構",
    "疫苗合約院所": "示範診所 仁愛診所 康寧醫院 安心診所",
    "寺廟教會": "福德宮 慈惠堂 長老教會 天后宮",
    "里辦公處": "中山里 民權里 復興里 大同里",
    "社區發展協會": "中山社區發展協會 東山社區發展協會 大湖社區發展協會",
    "資源回收站": "第一回收站 慈濟環保站 里回收站",
    "農產品直賣所": "農會直賣所 產銷班 果菜市場",
    "防災物資儲放點": "倉庫 活動中心 消防分隊",
    "圖書館分館": "總館 東區分館 兒童分館",
}  # fmt: skip
CONTACTS = "聯絡人 管理人 負責人 聯絡窗口 管理員 連絡人 現場負責人 主要聯絡人 管理人員 窗口"
PHONES = "電話 聯絡電話 連絡電話 手機 聯絡人電話 聯絡手機 電話/手機 管理人電話 聯繫電話 行動電話"
ADDRESSES = "地址 所在地 設置地點 位置 門牌 所在地址 設置地址"


def public_places(chance: random.Random) -> Paper:
    """A list of places open to all, with whom to call there."""
    made = inventor(chance)
    kind = chance.choice(list(PLACES))
    numbers = chance.choice([made.mobile, made.mobile, made.telephone])
    columns: list[tuple[str, Callable[[int], str]]] = [
        (chance.choice(["名稱", kind + "名稱", "處所名稱", "場所", "單位名稱", kind, "據點", "站名", "地點"]), lambda n: pick(chance, PLACES[kind]) + str(n)),
        (pick(chance, CONTACTS), lambda _: person(chance)),
        (pick(chance, PHONES), lambda _: numbers()),
    ]  # fmt: skip
    if chance.random() < 0.8:
        columns.append((pick(chance, ADDRESSES), lambda _: address(chance)))
    if chance.random() < 0.5:
        columns.append(
            (pick(chance, "容納人數 可收容人數 開放時間 備註 里別 鄉鎮市區 樓層 車位數"), lambda n: str(20 + n))
        )
    if chance.random() < 0.3:
        columns.append((pick(chance, "編號 序號 項次"), str))
    table = shuffled(chance, columns, chance.randint(6, 24))
    title = f"{pick(chance, '示範鎮 示範市 示範縣 本鎮 115年度')}{kind}{pick(chance, '一覽表 清冊 名冊 資料 彙整表 聯絡資料 名單')}"
    lines = chance.sample(["資料更新日期：115年9月", "本表公告於本所網站", "如有異動請洽民政課"], chance.randint(0, 2))
    return paper(title, *lines, table=table, name=chance.choice([title, "工作表1", kind, "彙整"]))


PUBLISHED = (
    "本試題及答案業經公告", "試題已於考試結束後公布", "考畢公布", "試題與標準答案已公告於本府網站", "歷屆試題", "考古題彙編", "公告試題及答案", "已公告之試題",
    "本卷為考後公開之試題", "測驗試題（公告版）", "試題疑義申請期限已過，公布最終答案", "試題及參考答案公告", "公開試題", "題庫公開版",
)  # fmt: skip
SUBJECTS = "公文寫作 行政法概要 會計學 電腦概論 國文 英文 法學緒論 勞工法規 環保法規"


def questions(chance: random.Random) -> list[str]:
    """Some questions of one exam."""
    lines = []
    for number in range(1, chance.randint(3, 9)):
        lines.append(f"{number}. 下列有關{pick(chance, SUBJECTS)}之敘述，何者正確？(A)甲 (B)乙 (C)丙 (D)丁")
    return lines


def answers(chance: random.Random) -> list[str]:
    """A key, in one of the forms people write it."""
    letters = [chance.choice("ABCD") for _ in range(10)]
    return chance.choice([
        ["標準答案：" + " ".join(f"{n}.{one}" for n, one in enumerate(letters, 1))],
        ["標準答案", f"1-5 {''.join(letters[:5])} 6-10 {''.join(letters[5:])}"],
        ["參考答案：" + "、".join(f"{n}({one})" for n, one in enumerate(letters, 1))],
    ])  # fmt: skip


def published_exam(chance: random.Random) -> Paper:
    """Questions with their answers, held and published."""
    year, told = chance.randint(108, 115), chance.choice(PUBLISHED)
    title = f"{year}年{pick(chance, '約僱人員甄試 臨時人員甄選 初等考試 清潔隊員甄試 行政助理甄選')}{pick(chance, '試題 試題卷 試題及答案')}"
    where = chance.randrange(3)
    if where == 0:
        title = f"{title}（{told}）"
    lines = [
        *([told] if where == 1 else []),
        f"科目：{pick(chance, SUBJECTS)}",
        "每題5分，配分100分",
        *questions(chance),
        *answers(chance),
    ]
    if where == 2:
        lines.append(chance.choice(["※", "備註：", ""]) + told)
    return paper(title, *lines)


VARIABLES = "DB_PASSWORD PGPASSWORD MAIL_PWD SMTP_PASSWORD API_KEY LDAP_PASSWORD ADMIN_PASSWORD DbPwd svc_password"


def script(chance: random.Random) -> Paper:
    """A program that fetches its secret elsewhere."""
    name, other = pick(chance, VARIABLES), pick(chance, VARIABLES).lower()
    low = name.lower()
    lines = chance.sample([
        f'{low} = os.environ["{name}"]', f"{low} = os.getenv('{name}')", f'export {name}="${{{name}:?not set}}"', f"{name}=$(cat /run/secrets/{low})",
        f"{name}=`pass show db/{low}`", f'{name}="$1"', f"$password = $env:{name}", f"$pwd = Read-Host -AsSecureString '{low}'",
        f'string password = Environment.GetEnvironmentVariable("{name}");', f'String password = System.getenv("{name}");',
        f"$password = getenv('{name}');", f"password = ENV['{name}']", f"password = ENV.fetch('{name}')", f"const password = process.env.{name};",
        f"password: ${{{{ secrets.{name} }}}}", f"password: ${{{name}}}", f'password: "{{{{ vault_{low} }}}}"', f"password = var.{low}",
        f"password: !vault {low}", f"password = keyring.get_password('db', '{low}')", "set /p PASSWORD=請輸入密碼:", f"Password=%{name}%",
        "read -s -p 'Password: ' PASSWORD", f"password = getpass.getpass('{low}: ')", f"password = config['db']['{low}']",
        f"password = settings.{name}", "password = request.form['password']", f'password = cfg.get("db", "{low}")', f"password: process.env.{name} || ''",
        f"password = os.environ.get('{name}', '')", f"password := os.Getenv(\"{name}\")", f'password = env("{name}")', f"password = decouple.config('{name}')",
        f"passwordFile: /run/secrets/{low}", f"password_file = /etc/app/{low}.txt", "PWD=$(pwd)", "OLDPWD=$PWD", f"api_key = os.environ['{name}']",
        f"access_token = get_token_from_vault('{low}')", f"secret_key = load_secret('{low}')", f'password=ConfigurationManager.AppSettings["{low}"]',
        f"password = boto3.client('secretsmanager').get_secret_value(SecretId='{low}')", f"password = subprocess.check_output(['pass', '{low}'])",
        f"password = args.{other}", f"--password=${{{name}}}", "password={password}", "conn = connect(user=user, password=password)",
        "password = input('密碼：')", "password: { type: string, minLength: 8 }", "def login(user: str, password: str) -> bool:",
        f"password = Path('/run/secrets/{low}').read_text()", f"password = open(os.path.expanduser('~/.{low}')).read()",
        f"IDENTIFIED BY '&{low}'", f"password => $_ENV['{name}'],", f"'password' => env('{name}'),", f"spring.datasource.password=${{{name}}}",
        f'<password>${{{low}}}</password>', f"password: @Value(\"${{{low}}}\")", "Password = this.PasswordBox.Password,", "password: this.state.password,",
    ], chance.randint(2, 6))  # fmt: skip
    return paper(
        pick(chance, "備份程式 匯出程式 排程 部署說明 sync.py backup.sh"),
        *lines,
        name=pick(chance, "backup deploy 備份 排程 main"),
    )


def letter(chance: random.Random) -> Paper:
    """An ordinary letter: who writes it stands above, in any order and wording, also below or in the middle."""
    made, agency = inventor(chance), pick(chance, AGENCIES)
    head = [
        f"{pick(chance, '地址 機關地址 發文地址')}：{address(chance)}",
        f"{pick(chance, '承辦人 聯絡人 承辦人員')}：{person(chance)}",
        f"{pick(chance, '電話 聯絡電話 連絡電話')}：{made.telephone()}{chance.choice(['', '#' + made.digits(3), '分機' + made.digits(3)])}",
        f"傳真：{made.telephone()}",
        f"{pick(chance, '電子信箱 電子郵件 E-mail')}：{chance.choice(['staff', 'desk'])}@shifan.{chance.choice(['gov.tw', 'org.tw'])}",
    ]
    if chance.random() < 0.3:
        head.append(f"公務手機：{made.mobile()}")
    chance.shuffle(head)
    body = [
        chance.choice(["受文者：如正副本", "受文者：示範國民小學", "正本：各課室", "受文者：本鎮各里辦公處"]),
        f"發文日期：中華民國115年{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
        f"發文字號：示政字第{made.digits(10)}號",
        "主旨：" + chance.choice([
            "檢送修正之檢舉案件處理要點1份，請查照。", "轉知陳情人個人資料應予保密，請依規定辦理。", "有關考績評定應行注意事項，請轉知所屬。",
            "檢送病歷管理研習課程表1份。", "有關戶籍謄本申請書格式修正，請查照。", "辦理底價訂定作業教育訓練，請派員參加。",
            "函轉投保薪資分級表修正，請查照。", "請提報年終考績會委員推薦名單格式，詳如說明。", "檢送通緝書格式修正對照表，請查照。",
        ]),
        "說明：依據示範縣政府來函辦理。",
    ]  # fmt: skip
    where = chance.randrange(3)
    lines = [*head, *body] if where == 0 else [*body, *head] if where == 1 else [*body[:1], *head, *body[1:]]
    return paper(
        f"{agency}　{pick(chance, '函 書函 開會通知單 通知')}",
        *lines,
        name=chance.choice(["來文", "函", "公文掃描", "1150012345"]),
    )


HARMLESS: dict[str, Making] = {
    "hotline": hotline,
    "public places": public_places,
    "published exam": published_exam,
    "script": script,
    "letter": letter,
}


# --- what only resembles it ---------------------------------------------------------------------------------------------


def hidden_shelter(chance: random.Random) -> Paper:
    """Shelters whose address nobody may know, and who lives there."""
    made = inventor(chance)
    columns: list[tuple[str, Callable[[int], str]]] = [
        (
            chance.choice(["庇護所名稱", "處所名稱", "名稱", "代號"]),
            lambda n: pick(chance, "溫馨家園 向陽之家 安置處所 希望小屋") + str(n),
        ),
        (pick(chance, CONTACTS), lambda _: person(chance)),
        (pick(chance, PHONES), lambda _: made.mobile()),
        (chance.choice(["地址", "秘密地址", "所在地址"]), lambda _: address(chance)),
    ]
    if chance.random() < 0.5:
        columns.append((pick(chance, "收容人數 床位 備註"), str))
    title = pick(
        chance,
        "家暴被害人庇護所清冊 婦幼緊急庇護安置處所一覽表 性侵害被害人安置處所名單 受暴婦女庇護所聯絡表 兒少保護秘密安置處所清冊 人口販運被害人安置處所",
    )
    lines = chance.sample(["地址不得對外公開", "本表勿外流", "地址保密，僅限社工使用"], chance.randint(0, 2))
    return paper(
        title,
        *lines,
        table=shuffled(chance, columns, chance.randint(6, 14)),
        name=chance.choice([title, "清冊", "一覽表"]),
    )


def complainants(chance: random.Random) -> Paper:
    """Who complained, kept like a list of whom to call."""
    made = inventor(chance)
    columns: list[tuple[str, Callable[[int], str]]] = [
        (pick(chance, "檢舉人 陳情人 申訴人 舉報人"), lambda _: person(chance)),
        (pick(chance, "電話 聯絡電話 手機"), lambda _: made.mobile()),
        (pick(chance, "被檢舉單位 單位 案由 承辦課室 地點"), lambda n: pick(chance, "清潔隊 市場管理所 公園 工務課")),
    ]
    if chance.random() < 0.5:
        columns.append(("地址", lambda _: address(chance)))
    title = pick(chance, "聯絡人清冊 聯絡資料 通訊錄 回復名單 專線來電紀錄")
    return paper(title, table=shuffled(chance, columns, chance.randint(4, 12)), name=title)


def coming_exam(chance: random.Random) -> Paper:
    """An exam not yet held, which speaks of publishing too."""
    title = f"115年{pick(chance, '約僱人員甄試 臨時人員甄選 清潔隊員甄試 行政助理甄選')}{pick(chance, '試題 試題卷 命題卷')}"
    told = chance.choice(
        [
            "考試日期：115年12月20日",
            "本卷於考試前應妥為保管",
            "試題於考試結束後始得公布",
            "考試後一週公布答案",
            "答案俟考試完畢後公告",
            "尚未公布",
        ]
    )
    lines = [told, f"科目：{pick(chance, SUBJECTS)}", "每題5分，配分100分", *questions(chance), *answers(chance)]
    return paper(title, *lines)


def open_secret(chance: random.Random) -> Paper:
    """A program with its secret in clear, between lines that fetch others elsewhere."""
    made = inventor(chance)
    secret = made.password()
    key = "".join(chance.choices("abcdefghjkmnpqrstuvwxyz23456789ABCDEFGH", k=32))
    clear = chance.choice([
        f'password = "{secret}"', f"DB_PASSWORD={secret}", f"export PGPASSWORD='{secret}'", f"mysql -u root --password={secret} db",
        f"$password = '{secret}'; ", f'string password = "{secret}";', f"password: {secret}", f'<add key="Password" value="x"/> Password={secret};',
        f"password = os.environ.get('DB_PASSWORD', '{secret}')", f'api_key = "{key}"', f"password = config.get('db', fallback='{secret}')",
        f"password: ${{DB_PASSWORD:-{secret}}}", f"Server=db;User Id=sa;Password={secret};", f"password := \"{secret}\"", f"password = os.getenv('X') or '{secret}'",
        f"spring.datasource.password={secret}", f'password: process.env.DB_PASSWORD || "{secret}"',
    ])  # fmt: skip
    lines = ["# 每日備份", 'user = os.environ["DB_USER"]', clear, "run(user)"]
    return paper("備份程式", *lines, name=pick(chance, "backup deploy 備份 排程 main"))


def informant(chance: random.Random) -> Paper:
    """A poster on which somebody noted who called."""
    made = inventor(chance)
    note = chance.choice([
        f"檢舉人：{person(chance)}，電話：{made.mobile()}", f"檢舉人{person(chance)}女士 {made.mobile()}", f"陳情人 {person(chance)} 手機 {made.mobile()}",
        f"來電檢舉人姓名：{person(chance)}　聯絡電話：{made.mobile()}", f"檢舉人：{person(chance)} 住{address(chance)}", f"舉報人姓名：{person(chance)} 行動電話{made.mobile()}",
    ])  # fmt: skip
    lines = [f"{pick(chance, HOTLINES)}：{made.telephone()}", *chance.sample(SLOGANS, 2), note]
    chance.shuffle(lines)
    return paper(pick(chance, "廉政宣導海報 檢舉管道 反貪海報 受理檢舉專線"), *lines)


def real_price(chance: random.Random) -> Paper:
    """A floor price before award."""
    money = f"{chance.randint(1, 90)},{chance.randint(100, 999)},000"
    line = chance.choice(
        [f"核定底價：新臺幣{money}元整", f"底價：{money}元", f"建議底價 新臺幣{money}元", f"本案底價為新臺幣{money}元"]
    )
    title = pick(chance, "道路改善工程底價表 採購案底價單 活動勞務採購底價核定表")
    return paper(title, f"標案案號：{inventor(chance).digits(9)}", line, "開標日期：115年12月20日")


def complaint_letter(chance: random.Random) -> Paper:
    """A letter whose body says who complained."""
    made = inventor(chance)
    plain = letter(chance)
    (piece,) = plain.pieces
    more = chance.choice([
        f"二、陳情人：{person(chance)}（電話：{made.mobile()}，住{address(chance)}）反映上情。", f"二、檢舉人{person(chance)}女士表示，{made.mobile()}可聯繫。",
        f"二、當事人姓名：{person(chance)}，身分證字號：{made.national_id()}。",
    ])  # fmt: skip
    return Paper(plain.name, plain.title, (Piece((*piece.lines, more)),))


SENSITIVE: dict[str, Making] = {
    "hidden shelter": hidden_shelter,
    "complainants": complainants,
    "coming exam": coming_exam,
    "open secret": open_secret,
    "informant": informant,
    "real price": real_price,
    "complaint letter": complaint_letter,
}
