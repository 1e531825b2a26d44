"""Who may read a file: wide groups out of security descriptors, as made by hand and as kept by a real server."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.shares.descriptor import DescriptorCache, broad_readers
from inspection.shares.share import Wanted
from inspection.vocabulary import ReadReason
from shares.descriptors import (
    ALLOW,
    AUTHENTICATED,
    DENY,
    DOMAIN_USERS,
    EVERYONE,
    FULL,
    INHERIT_ONLY,
    OWNER_RIGHTS,
    READ,
    SOMEBODY,
    USERS,
    Rule,
    descriptor,
    put_descriptor,
)
from shares.lab import USER, Lab, fetched_by_path, files_of


@pytest.mark.parametrize(
    ("rules", "readers"),
    [
        ([(ALLOW, 0, READ, EVERYONE)], ("Everyone",)),
        ([(ALLOW, 0, READ, AUTHENTICATED), (ALLOW, 0, READ, DOMAIN_USERS)], ("Authenticated Users", "Domain Users")),
        ([(ALLOW, 0, FULL, USERS)], ("Users",)),
        ([(ALLOW, 0, 0x80000000, EVERYONE)], ("Everyone",)),
        ([(ALLOW, 0, READ, SOMEBODY)], ()),
        ([(ALLOW, 0, 0x2, EVERYONE)], ()),
        ([(ALLOW, INHERIT_ONLY, READ, EVERYONE)], ()),
        ([(DENY, 0, READ, EVERYONE), (ALLOW, 0, READ, DOMAIN_USERS)], ()),
        ([(DENY, 0, READ, AUTHENTICATED), (ALLOW, 0, READ, EVERYONE)], ()),
        ([(ALLOW, 0, READ, EVERYONE), (DENY, 0, READ, AUTHENTICATED)], ("Everyone",)),
        ([(DENY, 0, READ, SOMEBODY), (ALLOW, 0, READ, EVERYONE)], ("Everyone",)),
        ([], ()),
        (None, ("Everyone",)),
    ],
)
def test_wide_groups_are_read_out_of_a_descriptor(rules: list[Rule] | None, readers: tuple[str, ...]) -> None:
    assert broad_readers(descriptor(rules)) == readers


def test_object_entries_count_like_plain_ones() -> None:
    rules = [(ALLOW, 0, READ, SOMEBODY), (ALLOW, 0, READ, EVERYONE)]
    assert broad_readers(descriptor(rules, objects=frozenset({0, 1}))) == ("Everyone",)


@given(st.binary(max_size=200), st.integers(0, 90))
def test_broken_bytes_are_refused_and_never_crash(junk: bytes, cut: int) -> None:
    for content in (junk, descriptor([(ALLOW, 0, READ, EVERYONE)])[:cut] + junk):
        try:
            broad_readers(content)
        except ValueError as error:
            assert "descriptor" in str(error)


def test_the_cache_tells_what_is_not_known_apart_from_nobody() -> None:
    cache = DescriptorCache()
    assert cache.broad_readers(None) is None
    assert cache.broad_readers(b"\x01\x00") is None
    assert cache.broad_readers(descriptor([])) == ()
    assert cache.broad_readers(descriptor([(ALLOW, 0, READ, EVERYONE)])) == ("Everyone",)
    assert cache.broad_readers(descriptor([(ALLOW, 0, READ, EVERYONE)])) == ("Everyone",)


def test_descriptors_kept_by_the_server_come_with_the_files(lab: Lab) -> None:
    cases: dict[str, tuple[list[Rule], tuple[str, ...] | None, ReadReason | None]] = {
        # its data are open to us, its descriptor is not
        "無從查.txt": ([(ALLOW, 0, 0x1000A1, EVERYONE), (ALLOW, 0, 0x1000A1, OWNER_RIGHTS)], None, None),
        "人人.txt": ([(ALLOW, 0, READ, EVERYONE)], ("Everyone",), None),
        "登入者.txt": ([(ALLOW, 0, READ, AUTHENTICATED)], ("Authenticated Users",), None),
        "全機關.txt": (
            [(ALLOW, 0, READ, EVERYONE), (ALLOW, 0, READ, DOMAIN_USERS)],
            ("Domain Users", "Everyone"),
            None,
        ),
        "拒讀.txt": (
            [(DENY, 0, 0x1, AUTHENTICATED), (ALLOW, 0, READ, EVERYONE)],
            (),
            ReadReason.ACCESS_DENIED,
        ),
        "承辦人.txt": ([(ALLOW, 0, 0x20000, EVERYONE), (ALLOW, 0, READ, SOMEBODY)], (), ReadReason.ACCESS_DENIED),
    }
    for name in cases:
        target = lab.write(name, name.encode())
        target.chmod(0o666)
        if os.getuid() == 0:
            os.chown(target, 65534, 65534)  # the account the server reads as may set descriptors on its own files
    lab.data.chmod(0o777)
    prefix = "" if os.getuid() == 0 else "\nacl_xattr:security_acl_name = user.NTACL"
    server = lab.serve(share_conf="vfs objects = acl_xattr\nacl_xattr:ignore system acls = yes" + prefix)
    session = {"username": USER, "password": lab.password, "port": server.port, "connection_cache": {}}
    share = lab.open(server)
    entries = files_of(share)
    for name, (rules, _, _) in cases.items():
        put_descriptor(rf"\\{server.host}\data\{name}", descriptor(rules), **session)
    answers = fetched_by_path(share, entries)
    assert {n: (a.broad_readers, a.reason) for n, a in answers.items()} == {n: c[1:] for n, c in cases.items()}
    assert all(a.pieces == (n.encode(),) for n, a in answers.items() if a.reason is None)


def test_without_readers_no_descriptor_is_asked_for(lab: Lab) -> None:
    from inspection.shares.address import parse_address
    from inspection.shares.open import open_share

    lab.write("人人.txt", b"1")
    share = open_share(parse_address(lab.serve().url("data")), lab.login, with_readers=False)
    answers = list(share.fetch(Wanted.of(key, entry) for key, entry in enumerate(files_of(share))))
    share.close()
    assert [(answer.pieces, answer.broad_readers) for answer in answers] == [((b"1",), None)]
