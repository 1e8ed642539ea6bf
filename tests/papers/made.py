"""Files as people and attackers send them, made here byte by byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

GPS = b"Montreal-here"


def photo(size: tuple[int, int] = (640, 480), form: str = "JPEG", **options: Any) -> bytes:
    made = BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(made, form, **options)
    return made.getvalue()


def photo_with_place(form: str = "JPEG") -> bytes:
    """From a phone: lying on its side, with the place, the maker, a comment and a profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 30.0, 15.0), 29: GPS.decode()})
    profile = b"profile-of-somebody" + bytes(200)
    options = {"exif": exif.tobytes(), "icc_profile": profile}
    return photo((60, 40), form, **options | ({"comment": b"taken by somebody"} if form == "JPEG" else {}))


def zipped(**files: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def huge_png(side: int = 20_000) -> bytes:
    """400 million black pixels in half a megabyte."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def document(**options: Any) -> bytes:
    """One page that says nothing."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made, **options)
    return made.getvalue()


def armed_document() -> bytes:
    """A PDF with everything that acts or tells."""
    made, name = BytesIO(), pikepdf.Name
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        script = pikepdf.Dictionary(S=name.JavaScript, JS="app.alert('script-here')")
        launch = pdf.make_indirect(pikepdf.Dictionary(S=name.Launch, F="cmd-here.exe"))
        link = pikepdf.Dictionary(S=name.URI, URI="https://example.org/kept", Next=[script])
        away = pikepdf.Dictionary(S=name.URI, URI="file:///etc/away-here")
        spec = pikepdf.AttachedFileSpec(pdf, b"attached-here", filename="attached-name.txt")
        pdf.attachments["attached-name.txt"] = spec
        annotations = [
            pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=link),
            pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=launch),
            pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=away),
            pikepdf.Dictionary(Type=name.Annot, Subtype=name.FileAttachment, Rect=[0, 0, 9, 9], FS=spec.obj),
        ]
        page.Annots = pdf.make_indirect(pikepdf.Array(annotations))
        page.AA = pikepdf.Dictionary(O=script)
        camera = pikepdf.Stream(pdf, photo_with_place())
        camera.Type, camera.Subtype, camera.Width, camera.Height = name.XObject, name.Image, 60, 40
        camera.BitsPerComponent, camera.ColorSpace, camera.Filter = 8, name.DeviceRGB, name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=camera))
        page.Contents = pikepdf.Stream(pdf, b"q 60 0 0 40 0 0 cm /Im0 Do Q")
        pdf.Root.OpenAction = script
        pdf.Root.Names.JavaScript = pikepdf.Dictionary(Names=["start", pdf.make_indirect(script)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Stream(pdf, b"<xfa>form-here</xfa>"))
        with pdf.open_metadata() as told:
            told["dc:creator"] = ["Author-here"]
        pdf.docinfo["/Author"] = "Author-here"
        pdf.save(made, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue() + b"\n<html><script>behind-here</script></html>"


def unpacked(pdf: bytes) -> bytes:
    """Every byte of a PDF, its streams opened."""
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        options: dict[str, Any] = {"stream_decode_level": pikepdf.StreamDecodeLevel.generalized}
        opened.save(made, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, **options)
    return made.getvalue()


def bomb_document() -> bytes:
    """A PDF whose objects stand in a stream that becomes a gigabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    parts, places = [b"%PDF-1.5\n"], []

    def add(thing: bytes) -> None:
        places.append(sum(map(len, parts)))
        parts.append(thing)

    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    add(b"1 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj\n")
    table = b"".join(
        struct.pack(">BIH", *entry) for entry in ((0, 0, 0), (1, places[0], 0), (2, 1, 0), (1, sum(map(len, parts)), 0))
    )
    about = b"<< /Type /XRef /Size 4 /W [1 4 2] /Root 2 0 R /Length %d >>" % len(table)
    add(b"3 0 obj\n" + about + b"\nstream\n" + table + b"\nendstream\nendobj\n")
    return b"".join([*parts, b"startxref\n%d\n%%%%EOF" % places[1]])
