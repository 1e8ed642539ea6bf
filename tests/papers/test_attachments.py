"""Attachments: sealed in the safe of their record, whole or not at all, for who may open it (D-CONF-1, -9, -10)."""

from __future__ import annotations

import hashlib
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import papers, vault
from app.care import backup as backups
from app.config import Settings
from app.db import db, reading, sqlite_file, transaction
from app.errors import Damaged, NotFound, NotGranted, SafeDestroyed
from app.journal.models import JournalEntry
from app.papers.models import Paper, PaperChunk
from app.papers.queries import CHUNK, Content
from app.people.actions import register
from app.testing import SignIn, _dispose
from app.web.times import today
from app.work.daily import sweep
from tests.papers import made
from tests.papers.conftest import SUBJECT, Keep, user, who

CANARY = b"Canari cache dans la piece jointe. "
LONG = CANARY * 29_000  # four pieces


def journaled() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def content_of(uid: str, number: int) -> bytes:
    return b"".join(Content(papers.paper_or_404(uid, user(number))))


# --- kept ------------------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_byte_for_byte(context: Flask, team: dict[str, int], keep: Keep) -> None:
    assert len(LONG) > 3 * CHUNK
    sizes = (1, CHUNK - 1, CHUNK, CHUNK + 1, len(LONG))
    kept = {keep(LONG[:size], "note.txt"): size for size in sizes}
    with reading():
        for uid, size in kept.items():
            assert content_of(uid, team["ana"]) == LONG[:size]
        found = papers.papers_of(SUBJECT)
        assert [paper.uid for paper in found] == list(reversed(kept)) and papers.papers_of("other") == []
        assert found[0].name == "note.txt" and found[0].kind == "text/plain" and found[0].size == len(LONG)
        assert found[0].sha256 == hashlib.sha256(LONG).hexdigest() and found[0].by_id == team["ana"]


def test_what_we_made_is_kept_as_it_is(context: Flask, team: dict[str, int]) -> None:
    with transaction():
        pdf = papers.pdf("letter", {"parts": []}, title="T", language="en")
        uid = papers.keep_made(user(team["ana"]), team["safe"], pdf, "T.pdf", subject=SUBJECT).uid
    with reading():
        assert content_of(uid, team["ana"]) == pdf


def test_keeping_and_removing_are_journaled_and_say_nothing(context: Flask, team: dict[str, int], keep: Keep) -> None:
    uid = keep(CANARY, "canari-name.txt")
    with transaction():
        papers.remove(user(team["ana"]), papers.paper_or_404(uid, user(team["ana"])))
    with reading():
        assert db.session.scalar(select(func.count()).select_from(PaperChunk)) == 0
        entries = list(db.session.scalars(select(JournalEntry).where(JournalEntry.action.like("papers.%"))))
        assert [(entry.action, entry.subject) for entry in entries] == [("papers.kept", uid), ("papers.removed", uid)]
        assert "canari" not in "".join(entry.detail for entry in entries).casefold()


def test_what_is_refused_leaves_nothing(context: Flask, team: dict[str, int], keep: Keep) -> None:
    with pytest.raises(papers.Refused):
        keep(b"<svg></svg>", "x.svg")
    with reading():
        assert db.session.scalar(select(func.count()).select_from(Paper)) == 0


# --- sealed ----------------------------------------------------------------------------------------------------------


def test_nothing_of_it_is_in_clear_in_the_database(context: Flask, keep: Keep) -> None:
    keep(LONG, "canari-name.txt")
    digest = hashlib.sha256(LONG).hexdigest().encode()
    with reading():
        chunks = [bytes(row) for row in db.session.scalars(select(PaperChunk.sealed))]
        columns = [
            bytes(value) for row in db.session.execute(text("SELECT name, sha256 FROM core_paper")) for value in row
        ]
    everything = b"".join([*chunks, *columns])
    url = context.config["SETTINGS"].data_url
    if file := sqlite_file(url):
        everything += b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert len(chunks) == 4
    for clear in (CANARY, b"Canari", b"canari-name", digest, bytes.fromhex(digest.decode())):
        assert clear not in everything


CHANGES = {
    "a byte": "UPDATE core_paper_chunk SET sealed = :other WHERE number = 1 AND paper_id = :paper",
    "the last piece lost": "DELETE FROM core_paper_chunk WHERE number = 3 AND paper_id = :paper",
    "a piece lost": "DELETE FROM core_paper_chunk WHERE number = 1 AND paper_id = :paper",
    "the first piece lost": "DELETE FROM core_paper_chunk WHERE number = 0 AND paper_id = :paper",
    "all lost": "DELETE FROM core_paper_chunk WHERE paper_id = :paper",
    "a piece twice": "UPDATE core_paper_chunk SET sealed = (SELECT c.sealed FROM core_paper_chunk c WHERE c.number = 0"
    " AND c.paper_id = :paper) WHERE number = 1 AND paper_id = :paper",
    "a piece of another paper": "UPDATE core_paper_chunk SET sealed = (SELECT c.sealed FROM core_paper_chunk c"
    " WHERE c.number = 1 AND c.paper_id <> :paper) WHERE number = 1 AND paper_id = :paper",
    "a piece put last": "UPDATE core_paper_chunk SET number = 9 WHERE number = 1 AND paper_id = :paper",
    "another paper's identity": "UPDATE core_paper SET uid = 'elsewhere' WHERE id = :paper",
    "another fingerprint": "UPDATE core_paper SET sha256 = name WHERE id = :paper",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_moved_or_lost_is_damaged_and_never_wrong_bytes(
    context: Flask, team: dict[str, int], keep: Keep, change: str
) -> None:
    uid = keep(LONG, "a.txt")
    keep(LONG, "b.txt")
    with transaction():
        paper = db.session.scalar(select(Paper.id).where(Paper.uid == uid))
        sealed = db.session.scalar(
            select(PaperChunk.sealed).where(PaperChunk.paper_id == paper, PaperChunk.number == 1)
        )
        assert sealed is not None
        other = bytes(sealed[:500]) + bytes([sealed[500] ^ 1]) + bytes(sealed[501:])
        db.session.execute(
            text(CHANGES[change]), {"paper": paper, **({"other": other} if ":other" in CHANGES[change] else {})}
        )
    with reading():
        changed = db.session.get_one(Paper, paper)
        vault.open_safes(user(team["ana"]), [changed.safe_id], why="paper")
        with pytest.raises(Damaged):
            Content(changed)
    with reading():
        assert journaled()[-1] == "vault.damaged"


def test_pieces_exchanged_do_not_open(context: Flask, team: dict[str, int], keep: Keep) -> None:
    uid = keep(LONG, "a.txt")
    with transaction():
        for old, new in ((0, 90), (1, 0), (90, 1)):
            db.session.execute(text("UPDATE core_paper_chunk SET number = :n WHERE number = :o"), {"o": old, "n": new})
    with reading(), pytest.raises(Damaged):
        content_of(uid, team["ana"])


# --- for whom --------------------------------------------------------------------------------------------------------


def test_d_conf_1_who_may_not_open_the_safe_finds_nothing_and_it_is_journaled(
    context: Flask, team: dict[str, int], keep: Keep
) -> None:
    uid = keep(CANARY, "a.txt")
    for asked, told in ((uid, "vault.refused"), ("unknown", "papers.refused")):
        with reading(), pytest.raises(NotFound):
            papers.paper_or_404(asked, user(team["bea"]))
        with reading():
            assert journaled()[-1] == told
    with reading():
        paper = papers.papers_of(SUBJECT)[0]
        with pytest.raises(NotGranted):
            _ = paper.name
        with pytest.raises(NotGranted):
            Content(paper)


def test_d_conf_9_a_destroyed_safe_takes_its_papers_along(context: Flask, team: dict[str, int], keep: Keep) -> None:
    uid = keep(LONG, "a.txt")
    with transaction():
        vault.destroy(db.session.get_one(vault.Safe, team["safe"]), by=None)
    with reading(), pytest.raises(SafeDestroyed):
        papers.paper_or_404(uid, user(team["ana"]))


def test_what_nobody_can_open_any_more_leaves_with_the_daily_sweep(
    context: Flask, team: dict[str, int], keep: Keep
) -> None:
    keep(LONG, "a.txt")
    with transaction():
        papers.keep_made(None, other := vault.create_safe("person").id, LONG, "b.pdf", subject="other")
    with transaction():
        vault.destroy(db.session.get_one(vault.Safe, team["safe"]), by=None)
    assert sweep()["papers"] == "done"
    with reading():
        left = select(Paper.safe_id).join(PaperChunk, PaperChunk.paper_id == Paper.id).distinct()
        assert list(db.session.scalars(left)) == [other]


def test_papers_are_in_a_backup_and_a_destroyed_safe_does_not_come_back(
    app: Flask, team: dict[str, int], keep: Keep, settings: Settings, tmp_path: Path
) -> None:
    uid = keep(LONG, "a.txt")
    data, _keys = backups.create(settings, tmp_path / "out")
    with app.app_context(), transaction():
        papers.remove(None, papers.papers_of(SUBJECT)[0])
    _restore(app, settings, data)
    with app.app_context(), reading():
        assert content_of(uid, team["ana"]) == LONG
    with app.app_context(), transaction():
        vault.destroy(db.session.get_one(vault.Safe, team["safe"]), by=None)
    _restore(app, settings, data)
    with app.app_context(), reading(), pytest.raises(SafeDestroyed):
        content_of(uid, team["ana"])


def _restore(app: Flask, settings: Settings, data: Path) -> None:
    _dispose(app)
    time.sleep(1)  # what was there is put aside under the second's name
    backups.restore(settings, data, None, None)


def test_d_conf_8_who_took_a_document_of_hers_is_told_by_her_code(context: Flask, team: dict[str, int]) -> None:
    with transaction():
        ana = user(team["ana"], roles=True)
        her = register(ana, kind="woman", pseudonym="Grive", first_contact=today())
        beside, apart = vault.create_safe("register", beside=her.safe_id).id, vault.create_safe("other").id
        vault.grant(apart, ana, why="assigned", by=ana)
        kept = [papers.keep(ana, safe, CANARY, subject=SUBJECT).uid for safe in (her.safe_id, beside, apart)]
        code = her.code
    with reading():
        for uid in kept:
            papers.paper_or_404(uid, user(team["ana"]))
    with reading():
        rows = db.session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(3))
        assert [(row.action, row.codes) for row in rows] == [("vault.opened", c) for c in ("", code, code)]
        told = db.session.scalars(select(JournalEntry.codes).where(JournalEntry.action == "papers.kept"))
        assert list(told) == [code, code, ""]


# --- over HTTP -------------------------------------------------------------------------------------------------------


def test_a_download_is_a_download_under_a_name_that_says_nothing(
    app: Flask, team: dict[str, int], keep: Keep, signed_in: SignIn
) -> None:
    uid = keep(LONG, "canari-name.txt")
    answer = signed_in(who(team["ana"])).get(f"/papers/{uid}")
    assert answer.status_code == 200 and answer.data == LONG
    told = answer.headers
    assert told["Content-Type"] == "text/plain; charset=utf-8" and told["Content-Length"] == str(len(LONG))
    plain = "".join(letter for letter in uid if letter.isalnum())[:8]
    assert told["Content-Disposition"] == f'attachment; filename="document-{plain}.txt"'
    assert told["X-Content-Type-Options"] == "nosniff" and told["Cache-Control"] == "no-store"
    assert told["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "canari" not in str(told).casefold()
    with app.app_context(), reading():
        last = db.session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
        assert last is not None and (last.action, last.subject) == ("papers.downloaded", uid)


def test_d_conf_1_another_persons_paper_is_not_there(
    app: Flask, team: dict[str, int], keep: Keep, signed_in: SignIn
) -> None:
    uid = keep(LONG, "a.txt")
    for other in (who(team["bea"]), "administrator", "board_chair", "privacy_officer", "coordinator"):
        browser = signed_in(other)
        answers = [browser.get(f"/papers/{asked}") for asked in (uid, "unknown")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(uid, "unknown") == answers[1].text  # the two look the same
    assert app.test_client().get(f"/papers/{uid}").status_code == 302  # to the door


def test_a_damaged_paper_gives_a_notice_and_no_byte(
    app: Flask, team: dict[str, int], keep: Keep, signed_in: SignIn
) -> None:
    uid = keep(LONG, "a.txt")
    with app.app_context(), transaction():
        db.session.execute(text("DELETE FROM core_paper_chunk WHERE number = 3"))
    answer = signed_in(who(team["ana"])).get(f"/papers/{uid}")
    assert answer.status_code == 500 and "damaged" in answer.text and "Canari" not in answer.text


def test_each_kind_has_its_own_ending(app: Flask, team: dict[str, int], keep: Keep, signed_in: SignIn) -> None:
    browser = signed_in(who(team["ana"]))
    sent = {"pdf": made.document(), "jpg": made.photo(), "png": made.photo(form="PNG"), "webp": made.photo(form="WEBP")}
    for ending, content in sent.items():
        answer = browser.get(f"/papers/{keep(content, f'x.{ending}')}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')


# --- a form that takes a file ----------------------------------------------------------------------------------------


def sending(browser: Any, content: bytes | None, name: str = "x.txt", line: str = "what I typed") -> Any:
    file = {"file": (BytesIO(content), name)} if content is not None else {}
    return browser.send("/one-more", {"line": line, **file})


def test_a_file_that_is_sent_is_kept(app: Flask, team: dict[str, int], signed_in: SignIn) -> None:
    assert sending(signed_in(who(team["ana"])), LONG).text == "kept"
    with app.app_context(), reading():
        (paper,) = papers.papers_of("one-more")
        assert content_of(paper.uid, team["ana"]) == LONG


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Choose a file first."),
        (b"", "empty"),
        (b"<svg></svg>", "This kind of file is not taken"),
        (bytes(11 << 20), "too large: 10 MB at most"),
        (bytes(30_000_000), "too large: 10 MB at most"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_what_was_typed_stays(
    app: Flask, team: dict[str, int], signed_in: SignIn, content: bytes | None, said: str
) -> None:
    answer = sending(signed_in(), content)
    assert answer.status_code == 422
    assert said in answer.text and 'value="what I typed"' in answer.text


def test_other_pages_take_no_more_than_before(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in()
    answer = browser.send("/people/new", {"pseudonym": "x" * 400_000, "file": (BytesIO(bytes(3 << 20)), "x.jpg")})
    assert answer.status_code == 413


def test_no_upload_touches_a_temporary_file(
    app: Flask, team: dict[str, int], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_what: object, **_how: object) -> None:
        raise AssertionError("a temporary file")

    browser = signed_in()
    browser.get("/one-more")
    with monkeypatch.context() as patch:
        for name in ("mkstemp", "TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile"):
            patch.setattr(tempfile, name, never)
            patch.setattr(f"werkzeug.formparser.{name}", never, raising=False)
        assert sending(browser, LONG).text == "kept"
