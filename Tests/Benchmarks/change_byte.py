# SPDX-License-Identifier: Apache-2.0
"""Changes one byte of the last storage of a checkpoint, in place."""
import struct
import sys
import zipfile

path = sys.argv[1]
with zipfile.ZipFile(path) as archive:
    last = max((i for i in archive.infolist() if "/data/" in i.filename and i.file_size), key=lambda i: i.header_offset)
with open(path, "r+b") as file:
    file.seek(last.header_offset + 26)
    name, extra = struct.unpack("<HH", file.read(4))
    place = last.header_offset + 30 + name + extra + last.file_size // 2
    file.seek(place)
    byte = file.read(1)[0]
    file.seek(place)
    file.write(bytes([byte ^ 1]))
