"""Criteria that a program decides with certainty on a passage; where it cannot, it says None."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from training.passages import Passage, size
from training.wordings import TOPICS

Decision: TypeAlias = Callable[[Passage], bool | None]


@dataclass(frozen=True, slots=True)
class Family:
    """One criterion and how it is decided."""

    name: str
    decide: Decision


def found(sure: str, possible: str = "", flags: re.RegexFlag = re.IGNORECASE) -> Decision:
    """Return a decision: yes where ``sure`` is found, no where ``possible`` is not either."""
    certain = re.compile(sure, flags)
    doubtful = re.compile(possible, flags) if possible else None

    def decide(passage: Passage) -> bool | None:
        if certain.search(passage.read):
            return True
        return None if doubtful and doubtful.search(passage.read) else False

    return decide


def times(pattern: str, enough: int, flags: re.RegexFlag = re.MULTILINE) -> Decision:
    """Return a decision: yes from ``enough`` findings on, no where there is none at all."""
    compiled = re.compile(pattern, flags)

    def decide(passage: Passage) -> bool | None:
        count = len(compiled.findall(passage.read))
        return True if count >= enough else None if count else False

    return decide


def written_in(language: str) -> Decision:
    """Return a decision on the language; a passage of both is neither."""
    return lambda p: None if p.language not in ("zh", "en") else p.language == language


def of_genre(genre: str) -> Decision:
    """Return a decision on what kind of text a passage was taken from."""

    def decide(passage: Passage) -> bool | None:
        kind = _genre(passage)
        return None if kind is None else kind == genre

    return decide


def _genre(passage: Passage) -> str | None:
    if passage.source in ("stard-even",) or "gdpr" in passage.key:
        return "law"
    if passage.source.startswith("help-"):
        return "manual"
    return {"licence": "contract", "package": "package"}.get(passage.source)


def of_length(most: int = 0, least: int = 0) -> Decision:
    """Return a decision: yes up to ``most`` or from ``least`` letters of English on, no far off."""

    def decide(passage: Passage) -> bool | None:
        length = size(passage.read)
        if most:
            return True if length <= most else False if length > 2 * most else None
        return True if length >= least else False if 2 * length < least else None

    return decide


_HAN_NUMBER = "[一二三四五六七八九十百千万两]"
_MONTHS = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CODE = (
    r"^\s*(?:def |class |import |from \w+ import |return\b|sub |end sub|function \w+\(|dim \w+|"
    r"\$ |>>> |pip install|npm |curl |sudo |#include|var |const |let )|```|\bself\.|\w+\(\)|"
    r"\w+\.\w+\([^)]*\)|[{};]\s*$|&&|\bselect .+ from "
)

_FORMS = (
    Family("chinese", written_in("zh")),
    Family("english", written_in("en")),
    Family("code", times(_CODE, 2, re.MULTILINE | re.IGNORECASE)),
    Family(
        "steps",
        times(
            r"^\s*(?:\d{1,2}[.)、]|[（(]\d{1,2}[)）]|step \d|第[一二三四五六七八九十]+步)",
            2,
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    Family("number", found(r"\d", _HAN_NUMBER)),
    Family(
        "amount",
        found(
            r"[$€£¥￥]\s?\d|\d\s*(?:元|万元|美元|欧元|euros?|dollars?|usd|eur|cny)\b"
            rf"|{_HAN_NUMBER}{{1,6}}元",
            r"元|[$€£¥￥]|\b(?:euro|dollar|usd|eur|price|cost|fee|currency)|价格|费用|金额|货币",
        ),
    ),
    Family("percent", found(r"\d\s?[%％]|百分之|\d percent", r"[%％]|percent|比例")),
    Family(
        "date",
        found(
            rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{4}}\s?年\s?\d"
            rf"|\b{_MONTHS} \d{{1,2}},? \d{{4}}|\b\d{{1,2}} {_MONTHS} \d{{4}}",
            rf"\b(?:19|20)\d\d\b|\b{_MONTHS}\b|\d月|\d日|date|日期",
        ),
    ),
    Family(
        "deadline",
        found(
            rf"(?:\d+|{_HAN_NUMBER}{{1,4}})\s?(?:个?工作日|日|天|个月|年)(?:以?内|之?前)"
            r"|within (?:\w+ ){0,3}(?:days?|months?|hours?|weeks?|years?)|no later than",
            r"期限|逾期|届满|within|deadline|before the|by the end|\bdays?\b|\bmonths?\b|天|日",
        ),
    ),
    Family(
        "obligation",
        found(
            r"应当|必须|\bshall\b(?! not)|\bmust\b(?! not)", r"应|须|required|has to|have to|need"
        ),
    ),
    Family(
        "permission",
        found(
            r"可以|有权|\bmay\b(?! not)|\bis permitted|\bare permitted",
            r"可|准许|允许|\bcan\b|allow|permit|\bright",
        ),
    ),
    Family(
        "prohibition",
        found(
            r"不得|禁止|严禁|\b(?:shall|must|may) not\b|prohibited",
            r"不能|不可|勿|不应|cannot|can't|not allowed|never|don't|do not",
        ),
    ),
    Family(
        "liability",
        found(
            r"赔偿|承担.{0,8}责任|\bliable\b|\bliability\b|\bindemnif",
            r"责任|损失|损害|damages?|responsib|compensat",
        ),
    ),
    Family(
        "exemption",
        found(
            r"免责|不承担.{0,6}责任|免除|不负.{0,4}责任"
            r"|no event.{0,60}liable|without warranty|disclaim|exempt",
            r"免|责任|warrant|liab|except",
        ),
    ),
    Family(
        "definition",
        found(
            r"是指|所称.{1,20}，|\bmeans\b.{3}|refers to|[\"”] (?:shall )?means?\b|is defined as",
            r"指|定义|称为|mean|defin|refer|is an? ",
        ),
    ),
    Family(
        "warning",
        found(
            r"警告|注意[:：!！]|小心|危险|\bwarning\b|\bcaution\b|be careful",
            r"注意|谨慎|请勿|务必|note|attention|danger|important|risk|careful",
        ),
    ),
    Family("question", found(r"[?？]")),
    Family(
        "release",
        found(
            r"release notes|changelog|更新日志|发行说明"
            r"|\bv?\d+\.\d+\.\d+\b.{0,20}\(\d{4}-|fixed? .{3,80}by \[?@",
            r"\d+\.\d+\.\d+|版本|version|release|fix",
        ),
    ),
    Family("table", times(r"^[^\n|]*\|[^\n|]+\||\t[^\n\t]+\t", 2)),
    Family("link", found(r"https?://|\bwww\.", r"\.(?:com|org|io)\b|链接|网址|\blinks?\b|url")),
    Family(
        "example",
        found(
            r"例如|示例|比如|举例|for example|\be\.g\.|\bexample:|for instance",
            r"例|如[:：]|example|such as|sample",
        ),
    ),
    Family(
        "keys",
        found(
            r"\b(?:ctrl|alt|shift|command|cmd)\s?\+|\bF\d{1,2}\b|Enter 键|Tab 键",
            r"键|快捷|\bkeys?\b|shortcut|\bpress",
        ),
    ),
    Family(
        "menu",
        found(
            r"选择「|「[^」]+ - [^」]+」"
            r"|choose \w+ - \w+|\bchoose (?:the )?menu|[A-Z]\w+ - [A-Z]\w+ - [A-Z]",
            r"菜单|选择|选项|menu|choose|select| - ",
            re.NOFLAG,
        ),
    ),
    Family(
        "file",
        found(
            r"\b[\w-]+\.(?:py|txt|md|odt|ods|xml|json|csv|toml|cfg|ini|html|exe|zip|pdf|docx?|xlsx?|js)\b|/usr/|~/|C:\\",
            r"文件|\bfiles?\b|路径|\bpath|folder|目录",
        ),
    ),
    Family(
        "unit",
        found(
            r"\d\s?(?:mm|cm|km|kg|MB|GB|KB|ms|℃|°C|毫米|厘米|公斤|千克|米|升|Hz|rpm|V|A|kW|Pa|MPa|bar|dpi)(?![A-Za-z])",
            r"单位|\bunits?\b|度|inch|毫|磅|point",
            re.NOFLAG,
        ),
    ),
    Family(
        "condition",
        found(
            r"如果|若|的，应|\bif\b|\bunless\b|\bprovided that\b",
            r"时|情况|假如|when|case|where|condition",
        ),
    ),
    Family(
        "exception",
        found(
            r"除外|但是|除非|另有规定|\bexcept\b|\bunless\b|notwithstanding",
            r"除|但|不过|but |however|exclu|other than",
        ),
    ),
    Family(
        "reference",
        found(
            rf"第(?:{_HAN_NUMBER}+|\d+)条|\b(?:article|section|clause) \d",
            r"条|本法|规定|article|section|clause|chapter|see also|参见",
        ),
    ),
    Family(
        "error",
        found(
            r"错误|故障|异常|报错|\berrors?\b|\bexception\b|\bfail(?:s|ed|ure)?\b",
            r"问题|失效|损坏|problem|wrong|invalid|issue|bug|warning|警",
        ),
    ),
    Family("parenthesis", found(r"[(（]")),
    Family("quotation", found(r"[\"“”「」]", r"'|‘|’|`|《")),
    Family("bullets", times(r"^\s*[-*•·] ", 2)),
    Family(
        "person",
        found(
            r"申请人|当事人|用户|患者|消费者|买受人|卖家|买家|\bthe user\b|\busers\b"
            r"|data subject|licensor|licensee|contributor|buyer|seller|客户|customer",
            r"人|者|方|you|person|party",
        ),
    ),
    Family(
        "money_back", found(r"退款|退还|返还|refund|reimburs|money back", r"退|还|return|pay|款")
    ),
    Family(
        "state_body",
        found(
            r"人民法院|行政机关|主管部门|人民政府|公安机关"
            r"|supervisory authority|\bcourt|government|Member State|commission",
            r"机关|部门|机构|authority|agency|law",
        ),
    ),
    Family("law", of_genre("law")),
    Family("manual", of_genre("manual")),
    Family("contract", of_genre("contract")),
    Family("package", of_genre("package")),
    Family("short", of_length(most=170)),
    Family("long", of_length(least=420)),
    Family("version", found(r"\b\d+\.\d+\.\d+\b", r"\d\.\d|版本|version")),
    Family("acronym", found(r"\b[A-Z]{3,}\b", r"[A-Z]{2}", re.NOFLAG)),
    Family("we", found(r"我们|\bwe\b|\bour\b", r"我|\bI\b|\bus\b|\bmy\b|本公司|ours")),
    Family("you", found(r"您|你|\byou(?:r|rs)?\b", "yourself")),
    Family("please", found(r"\bplease\b|(?<![申邀聘])请(?![求示假])", "请|kindly")),
    Family(
        "cause",
        found(
            r"因为|由于|因此|\bbecause\b|\btherefore\b|\bdue to\b|\bowing to\b",
            r"因|故|\bsince\b|as a result|原因|reason|so that|thus|hence",
        ),
    ),
    Family(
        "comparison",
        found(
            r"大于|小于|超过|不少于|不低于"
            r"|greater than|less than|more than|at least|at most|exceed",
            r"比|更|\bthan\b|\bmost\b|\bleast\b|以上|以下|以内|maximum|minimum|最",
        ),
    ),
    Family(
        "negation",
        found(
            r"没有|不是|无法|不得|\bnot\b|\bno\b", r"不|无|未|非|without|n't|\bnever|\bnone|cannot"
        ),
    ),
)
_TOPICS = tuple(
    Family(name, found(topic["sure"], topic["possible"])) for name, topic in TOPICS.items()
)
FAMILIES: tuple[Family, ...] = (*_FORMS, *_TOPICS)
