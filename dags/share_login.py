"""The crawl account's credentials, from Airflow connections of type samba. No DAG stands in this file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspection.language import speak

if TYPE_CHECKING:
    from inspection.shares.address import ShareAddress
    from inspection.shares.share import Login

DEFAULT_CONNECTION = "inspection_smb"


def login_for(address: ShareAddress) -> Login | None:
    """The login for a share's server: connection `inspection_smb_<host>` where there is one, else `inspection_smb`."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from inspection.errors import BadSource
    from inspection.shares.share import Login

    if address.is_local:
        return None
    own = f"{DEFAULT_CONNECTION}_{(address.host or '').replace('.', '_')}"
    for name in (own, DEFAULT_CONNECTION):
        try:
            found = Connection.get(name)
        except AirflowNotFoundException:
            continue
        more = found.extra_dejson
        return Login(found.login or "", found.password or "", str(more.get("domain", "")), bool(more.get("kerberos")))
    raise BadSource(
        speak(
            f"沒有 samba 類型之 Airflow 連線 {DEFAULT_CONNECTION}",
            f"no Airflow connection {DEFAULT_CONNECTION} of type samba",
        ),
        remedy=speak(
            f"請新增該連線並填清查帳號及密碼；僅供此伺服器者請用 {own}",
            f"add it with the crawl account's login and password, or {own} for this server alone",
        ),
    )
