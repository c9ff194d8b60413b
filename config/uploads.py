"""How large a file may be sent at all: what is larger is let pass by unread, and the page is told."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from courses.kernel.web import UPLOAD_TOO_LARGE

MOST_BYTES = 8 * 1024 * 1024


class NothingLarge(FileUploadHandler):
    """The first of the upload handlers: it keeps nothing itself, and keeps the others from filling the disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MOST_BYTES:
            if self.request is not None:
                self.request.META[UPLOAD_TOO_LARGE] = "1"
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
