"""PDFs written object by object: pages of text, of pictures and of both, forms, pins, bookmarks."""

from __future__ import annotations

from dataclasses import dataclass, field

PAGE_POINTS = (595, 842)


@dataclass(slots=True)
class Pdf:
    """Gathers objects; numbers are given in the order of `add`, 1 is the catalogue and 2 the list of pages."""

    objects: list[bytes] = field(default_factory=lambda: [b"", b""])
    pages: list[int] = field(default_factory=list)
    catalogue: bytes = b""

    def add(self, content: bytes) -> int:
        """An object; its number."""
        self.objects.append(content)
        return len(self.objects)

    def stream(self, content: bytes, head: bytes = b"") -> int:
        """A stream; its number."""
        return self.add(b"<<%s /Length %d>>\nstream\n%s\nendstream" % (head, len(content), content))

    def page(self, drawn: bytes, resources: bytes = b"", more: bytes = b"") -> None:
        """A page that draws something."""
        content = self.stream(drawn)
        self.pages.append(
            self.add(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R/Resources<<%s>>%s>>"
                % (*PAGE_POINTS, content, resources, more)
            )
        )

    def text_page(self, *lines: str, more: bytes = b"", upon: bytes = b"", resources: bytes = b"") -> None:
        """A page of lines of ASCII, drawn upon something."""
        shown = b"".join(b"0 -24 Td (%s) Tj " % line.encode("ascii") for line in lines)
        font = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
        self.page(upon + b" BT /F1 14 Tf 72 600 Td " + shown + b"ET", font + resources, more)

    def picture(self, width: int = 595, height: int = 842) -> tuple[bytes, bytes]:
        """What draws a grey picture of this size in points, and the resources it needs."""
        number = self.stream(
            b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        )
        return b"q %d 0 0 %d 0 0 cm /I%d Do Q" % (width, height, number), b"/XObject<</I%d %d 0 R>>" % (number, number)

    def scan(self, width: int = 595, height: int = 842) -> None:
        """A page of a picture."""
        drawn, resources = self.picture(width, height)
        self.page(drawn, resources)

    def done(self) -> bytes:
        """The file."""
        self.objects[0] = b"<</Type/Catalog/Pages 2 0 R%s>>" % self.catalogue
        kids = b" ".join(b"%d 0 R" % number for number in self.pages)
        self.objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self.pages), kids)
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, content in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
        return bytes(out)
