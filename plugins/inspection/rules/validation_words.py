"""What pydantic found wrong, said to people: the one place where its own English words are put into Chinese."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

from inspection.language import speak

# pydantic's kinds of errors, https://docs.pydantic.dev/latest/errors/validation_errors/; blanks are from their context
_CHINESE = {
    "missing": "缺少此欄位",
    "extra_forbidden": "無此欄位",
    "none_required": "須空白",
    "frozen_field": "不得變更",
    "enum": "須為 {expected} 之一",
    "literal_error": "須為 {expected} 之一",
    "union_tag_invalid": "{discriminator} 須為 {expected_tags} 之一",
    "union_tag_not_found": "缺少 {discriminator}",
    "string_type": "須為文字",
    "string_too_short": "至少須有 {min_length} 字",
    "string_too_long": "不得超過 {max_length} 字",
    "string_pattern_mismatch": "格式不符，須符合 {pattern}",
    "string_not_ascii": "只能用英文字母、數字及半形符號",
    "too_short": "至少須有 {min_length} 項，現有 {actual_length} 項",
    "too_long": "不得超過 {max_length} 項",
    "greater_than": "須大於 {gt}",
    "greater_than_equal": "不得小於 {ge}",
    "less_than": "須小於 {lt}",
    "less_than_equal": "不得大於 {le}",
    "multiple_of": "須為 {multiple_of} 的倍數",
    "finite_number": "須為有限之數字",
    "bool_type": "須為 true 或 false",
    "bool_parsing": "須為 true 或 false",
    "int_type": "須為整數",
    "int_parsing": "須為整數",
    "int_parsing_size": "數字過大",
    "int_from_float": "須為整數",
    "float_type": "須為數字",
    "float_parsing": "須為數字",
    "decimal_type": "須為數字",
    "decimal_parsing": "須為數字",
    "decimal_max_digits": "不得超過 {max_digits} 位數",
    "decimal_max_places": "小數不得超過 {decimal_places} 位",
    "decimal_whole_digits": "整數部分不得超過 {whole_digits} 位",
    "dict_type": "須為「名稱: 值」之對照",
    "mapping_type": "須為「名稱: 值」之對照",
    "model_type": "須為「名稱: 值」之對照",
    "model_attributes_type": "須為「名稱: 值」之對照",
    "invalid_key": "名稱須為文字",
    "list_type": "須為清單",
    "tuple_type": "須為清單",
    "set_type": "須為清單",
    "frozen_set_type": "須為清單",
    "iterable_type": "須為清單",
    "date_type": "須為日期",
    "date_parsing": "不是日期",
    "date_from_datetime_parsing": "不是日期",
    "date_from_datetime_inexact": "須為日期，不得含時刻",
    "date_past": "須為過去之日期",
    "date_future": "須為未來之日期",
    "time_type": "須為時刻",
    "time_parsing": "不是時刻",
    "datetime_type": "須為日期及時刻",
    "datetime_parsing": "不是日期及時刻",
    "datetime_from_date_parsing": "不是日期及時刻",
    "datetime_object_invalid": "不是日期及時刻",
    "timezone_naive": "不得含時區",
    "timezone_aware": "須含時區",
    "url_type": "須為網址",
    "url_parsing": "不是網址",
}


def problem_of(detail: ErrorDetails) -> str:
    """What is wrong with one value. Texts of our own validators are said as they are."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        return str(context["error"])
    if kind == "extra_forbidden":
        return speak(_CHINESE[kind], "the field is unknown")
    return speak(_in_chinese(kind, context), detail["msg"])


def remedy_of(detail: ErrorDetails, otherwise: str) -> str:
    """What to do about it; `otherwise` where the kind of error says nothing."""
    match detail["type"]:
        case "extra_forbidden":
            return speak("請刪除此欄位或更正拼字", "remove the field or mend its spelling")
        case "missing":
            return speak("請補填此欄位", "add the field")
        case "enum" | "literal_error":
            return speak("請由所列各值擇一", "use one of the values named")
        case _:
            return otherwise


def _in_chinese(kind: str, context: dict[str, Any]) -> str:
    plain = {name: str(value).replace(" or ", "、").replace(", ", "、") for name, value in context.items()}
    try:
        return _CHINESE[kind].format_map(plain)
    except KeyError:  # a kind nobody has met yet
        return "內容不合規定"
