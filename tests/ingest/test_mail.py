"""Mail and mailboxes, read through the door `load`."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.sources.progress import Place
from tests.ingest.archives import WORDS, documents, mail, mailbox, page, read, zipped
from tests.ingest.pdfs import pdf

OWN = "The supplier said that it would delete the pictures by the end of the year."


def saved(tmp_path: Path, message: Any, name: str = "mail.eml") -> Path:
    file = tmp_path / name
    file.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
    return file


def test_a_mail_is_a_document_with_subject_sender_and_day(tmp_path: Path) -> None:
    message = mail("Re: Fwd: Größe der Sammlung", OWN, list_id="Press list <press.agency.example>")
    (found,) = documents(saved(tmp_path, message))
    assert (found.headline, found.author, found.published) == ("Größe der Sammlung", "Ann Lee", "2020-02-03")
    assert (found.publisher, found.text) == ("Press list", OWN)


def test_two_mails_of_one_sender_have_one_publisher(tmp_path: Path) -> None:
    file = saved(tmp_path, mailbox([mail("One", OWN), mail("Two", WORDS)]), "box.mbox")
    assert {each.publisher for each in documents(file)} == {"Ann Lee"}


@pytest.mark.parametrize(
    "quote",
    [
        "On Sun, 2 Feb 2020 at 09:00, Bob Ray <bob@x.example> wrote:\n> We used the set.\n> > Really?\n",
        "On Sun, 2 Feb 2020 at 09:00, Bob Ray <bob@x.example>\nwrote:\n\n> We used the set.\n",
        "-----Original Message-----\nFrom: Bob\nSent: 2 Feb 2020\nSubject: x\n\nWe used the set.\n",
        "________________________________\nFrom: Bob <b@x.example>\nSent: Sunday, February 2, 2020 9:00 AM\nTo: Ann\n"
        "Subject: x\n\nWe used the set.\n",
        "> We used the set.\n",
    ],
)
def test_what_a_mail_only_quotes_is_not_what_it_says(tmp_path: Path, quote: str) -> None:
    (found,) = documents(saved(tmp_path, mail("Re: the set", f"{OWN}\n\n{quote}")))
    assert found.text == OWN
    assert b"We used the set." in found.raw


def test_answers_between_quoted_lines_are_kept_and_a_signature_is_not(tmp_path: Path) -> None:
    words = f"> Did you use it?\n{OWN}\n> And before?\nWe did not.\n-- \nAnn Lee\nSpokesperson\n"
    assert documents(saved(tmp_path, mail("Re: x", words)))[0].text == f"{OWN}\nWe did not."


def test_prose_that_reports_a_letter_is_no_quotation(tmp_path: Path) -> None:
    words = f"On Monday the minister wrote:\n\nWe will not buy it.\n\n{OWN}"
    assert documents(saved(tmp_path, mail("News", words)))[0].text == words


@pytest.mark.parametrize(
    "head",
    [
        "---------- Forwarded message ---------\nFrom: Eve Moss <eve@maker.example>\nDate: Mon, 3 Feb 2020 at 08:00\n"
        "Subject: The contract\nTo: <dan@x.example>\n\n\n",
        "Begin forwarded message:\n\n> From: Eve Moss <eve@maker.example>\n> Date: February 3, 2020 at 08:00\n"
        "> Subject: The contract\n>\n> ",
        "From: Eve Moss <eve@maker.example>\nSent: Monday, February 3, 2020 8:00 AM\nTo: Dan\n"
        "Subject: The contract\n\n",
    ],
)
def test_a_mail_that_is_passed_on_is_a_document_by_its_own_author(tmp_path: Path, head: str) -> None:
    mine, passed = documents(
        saved(tmp_path, mail("Fwd: The contract", f"See below.\n\n{head}{OWN}\n", sender="Dan <d@x.example>"))
    )
    assert (mine.text, mine.author) == ("See below.", "Dan")
    assert (passed.text, passed.author, passed.published) == (OWN, "Eve Moss", "2020-02-03")
    assert passed.headline == "The contract"
    assert passed.address == f"{mine.address}!/forwarded-1"


def test_attachments_go_to_the_reader_of_their_type_and_pictures_are_left_out(tmp_path: Path) -> None:
    message = mail("Papers", OWN)
    message.add_attachment(
        pdf([["The set holds faces.", "It is large."]]), maintype="application", subtype="pdf", filename="a.pdf"
    )
    message.add_attachment(
        zipped({"in/p.html": page("Zipped page")}), maintype="application", subtype="zip", filename="z.zip"
    )
    message.add_attachment(
        WORDS.encode(), maintype="application", subtype="octet-stream", filename="../../etc/notes.txt"
    )
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(mail("Inner", WORDS, sender="Bo <b@x.example>"))
    file = saved(tmp_path, message)
    place = Place()
    found = [each for each in load(str(file), place=place) if isinstance(each, Document)]
    uri = file.resolve().as_uri()
    assert [(each.address.removeprefix(uri), each.kind) for each in found] == [
        ("", "text"),
        ("!/a.pdf", "paper"),
        ("!/z.zip!/in/p.html", "web"),
        ("!/etc/notes.txt", "text"),
        ("!/attachment-5", "text"),
    ]
    assert found[-1].author == "Bo"
    assert "attached to the mail Papers" in found[1].reader
    assert sum(place.left_out.values()) == 1


def test_of_two_forms_the_plain_one_is_read_unless_it_is_a_stub(tmp_path: Path) -> None:
    full, stub = mail("Full", OWN), mail("Stub", "View in browser")
    for message in (full, stub):
        message.add_alternative(f"<style>p{{}}</style><p>HTML: {OWN} {OWN}</p>", subtype="html")
    assert documents(saved(tmp_path, full))[0].text == OWN
    assert documents(saved(tmp_path, stub))[0].text == f"HTML: {OWN} {OWN}"


def test_quotes_in_html_are_quotes(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"], message["MIME-Version"] = "a@x.example", "Re: x", "1.0"
    quote = "<div class=gmail_quote><div>On 2 Feb 2020, Bob wrote:</div><blockquote>Used.</blockquote></div>"
    html = f"<div>{OWN}</div>{quote}"
    message.set_content(html, subtype="html")
    assert documents(saved(tmp_path, message))[0].text == OWN


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize("cte", ["base64", "quoted-printable"])
def test_words_and_headers_are_decoded(tmp_path: Path, charset: str, cte: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Inès Caldér <i@x.example>", "Déjà vu"
    message.set_content("Le café naïve.\n", charset=charset, cte=cte)
    (found,) = documents(saved(tmp_path, message))
    assert (found.text, found.author, found.headline) == ("Le café naïve.", "Inès Caldér", "Déjà vu")


def test_lines_that_flow_are_one_paragraph(tmp_path: Path) -> None:
    data = (
        b"From: a@x.example\nMIME-Version: 1.0\nContent-Type: text/plain; format=flowed\n\n"
        b"The supplier said that it \nwould delete the pictures.\nNew paragraph.\n"
    )
    assert (
        documents(saved(tmp_path, data))[0].text
        == "The supplier said that it would delete the pictures.\nNew paragraph."
    )


def test_each_mail_of_a_mailbox_has_an_address_that_does_not_move(tmp_path: Path) -> None:
    first, second, third = mail("1", OWN, key="a/1@x"), mail("2", WORDS, key="b@x"), mail("3", OWN + " Indeed.")
    whole = documents(saved(tmp_path, mailbox([first, second, third]), "box"))
    fewer = documents(saved(tmp_path, mailbox([second, third]), "box"))
    uri = (tmp_path / "box").resolve().as_uri()
    assert [each.address for each in whole] == [f"{uri}!/a/1@x", f"{uri}!/b@x", f"{uri}!/3"]
    assert fewer[0].address == whole[1].address


def test_a_line_that_begins_with_from_is_no_new_mail(tmp_path: Path) -> None:
    words = f"{OWN}\n\nFrom here on it goes on.\n\nFrom 2020 the set was used."
    found = documents(saved(tmp_path, mailbox([mail("1", words), mail("2", OWN)]), "box.mbox"))
    assert [each.text for each in found] == [words, OWN]


def test_one_broken_mail_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    deep = b"Content-Type: multipart/mixed; boundary=b\nMessage-ID: <deep@x>\n\n" + b"".join(
        b"--b\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200)
    )
    between = b"From a@x Mon Feb  3 10:00:00 2020\n" + deep + b"\n\n"
    data = mailbox([mail("1", OWN)]) + between + mailbox([mail("2", WORDS)])
    found = read(saved(tmp_path, data, "box.mbox"))
    assert [each.text for each in found if isinstance(each, Document)] == [OWN, WORDS.strip()]
    assert len([each for each in found if isinstance(each, Failure)]) == 1


def test_an_encrypted_mail_is_told(tmp_path: Path) -> None:
    data = b"From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"
    (found,) = read(saved(tmp_path, data))
    assert isinstance(found, Failure)
    assert "encrypted" in found.reason


def test_a_note_that_looks_like_a_memo_is_plain_text(tmp_path: Path) -> None:
    file = tmp_path / "memo.txt"
    file.write_text(f"From: the desk\nTo: all\nDate: Monday\n\n{OWN}\n")
    assert documents(file)[0].reader == "plain"
