"""How large a file may be sent at all: what is larger is let pass by unread, and the form learns only its size."""

from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from courses.kernel.uploads import MOST_BYTES


class NothingLarge(FileUploadHandler):
    """The first of the upload handlers: it keeps nothing itself, and keeps the others from filling the disk.

    In the place of a file that is too large the form gets an empty one with its size, so that every form can say so.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= MOST_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= MOST_BYTES:
            return None
        for other in self.request.upload_handlers if self.request else ():
            if begun := getattr(other, "file", None):
                begun.close()  # what of it was kept before it became too large
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)
