# SPDX-License-Identifier: Apache-2.0
"""Real checkpoints with something changed in them: bytes, members of the archive, opcodes of the pickle.

Each is made from a seed and the list of files alone.
"""
import io
import pickletools
import random
import struct
import zipfile

# Bytes that mean something at many places.
TELLING = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x28, 0x2E, 0x52, 0x62, 0x71, 0x85)
# Names that a pickle of PyTorch may call, to take the place of one another.
NAMES = (
    "torch FloatStorage", "torch DoubleStorage", "torch HalfStorage", "torch LongStorage", "torch ByteStorage",
    "torch BoolStorage", "torch BFloat16Storage", "torch ComplexFloatStorage", "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter", "torch._tensor _rebuild_from_type_v2",
    "torch Size", "torch float32", "torch device", "torch.nn.parameter Parameter", "builtins set")


def mutant(path, draw):
    """The bytes of a changed file, and what was done to it."""
    data = path.read_bytes()
    ways = [bits, cut, splice, telling, numbers]
    way = draw.choice(ways + 2 * [members] + 2 * [contents] + 9 * [opcodes] if zipfile.is_zipfile(path) else ways)
    return way(data, draw), way.__name__


def bits(data, draw):
    changed = bytearray(data)
    for _ in range(draw.randrange(1, 5)):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def telling(data, draw):
    changed = bytearray(data)
    for _ in range(draw.randrange(1, 3)):
        changed[draw.randrange(len(changed))] = draw.choice(TELLING)
    return bytes(changed)


def cut(data, draw):
    return data[:draw.randrange(len(data))]


def splice(data, draw):
    """A piece goes, stands twice, or moves."""
    start = draw.randrange(len(data))
    piece = data[start:start + draw.randrange(1, 65)]
    rest = data[:start] + data[start + len(piece):]
    to = draw.randrange(len(rest) + 1)
    return draw.choice((rest, data[:start] + piece + data[start:], rest[:to] + piece + rest[to:]))


def numbers(data, draw):
    """A whole number of the file becomes another."""
    width, form = draw.choice(((2, "<H"), (4, "<I"), (8, "<Q")))
    at = draw.randrange(max(1, len(data) - width))
    most = (1 << 8 * width) - 1
    number = draw.choice((0, 1, most, most >> 1, (most >> 1) + 1, draw.randrange(most), len(data), 1 << 20))
    return data[:at] + struct.pack(form, number & most) + data[at + width:]


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def packed(entries, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def members(data, draw):
    """Members change places, names, lengths, or go."""
    entries = unpacked(data)
    first, second = draw.randrange(len(entries)), draw.randrange(len(entries))
    name, content = entries[first]
    method = zipfile.ZIP_STORED
    match draw.randrange(8):
        case 0:
            entries[first], entries[second] = (name, entries[second][1]), (entries[second][0], content)
        case 1: del entries[first]
        case 2: entries[first] = (entries[second][0] + "x", content)
        case 3: entries[first] = (name, content[:draw.randrange(len(content) + 1)])
        case 4: entries[first] = (name, content + bytes(draw.randrange(1, 100)))
        case 5: draw.shuffle(entries)
        case 6: entries[first] = (name.partition("/")[2] or "x", content)
        case 7: method = zipfile.ZIP_DEFLATED
    return packed(entries, method)


def contents(data, draw):
    """What a member holds is changed, and the archive is sound."""
    entries = unpacked(data)
    index = draw.randrange(len(entries))
    name, content = entries[index]
    if content:
        entries[index] = (name, draw.choice((bits, telling, numbers))(content, draw))
    return packed(entries)


def opcodes(data, draw):
    """Opcodes of the pickle go, stand twice, change places, become others or have other arguments."""
    entries = unpacked(data)
    index = next((i for i, (name, _) in enumerate(entries) if name.endswith("data.pkl")), None)
    if index is None:
        return members(data, draw)
    name, pickle = entries[index]
    pieces = parts(pickle)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        change(pieces, draw)
    entries[index] = (name, b"".join(pieces))
    return packed(entries)


def parts(pickle):
    """The bytes of each opcode with its argument."""
    starts = [at for _, _, at in pickletools.genops(pickle)] + [len(pickle)]
    return [pickle[start:end] for start, end in zip(starts, starts[1:])]


def change(pieces, draw):
    at = draw.randrange(len(pieces))
    piece = pieces[at]
    match draw.randrange(9):
        case 0: del pieces[at]
        case 1: pieces.insert(at, piece)
        case 2: pieces.insert(draw.randrange(len(pieces)), pieces.pop(at))
        case 3: pieces[at] = draw.choice(pieces)
        case _: pieces[at] = argument(piece, draw)
    if not pieces:
        pieces.append(b".")


def argument(piece, draw):
    """The same opcode with another argument, or an opcode beside it."""
    opcode, value = piece[:1], piece[1:]
    if opcode == b"c":
        module, _, name = draw.choice(NAMES).partition(" ")
        return b"c" + f"{module}\n{name}\n".encode()
    if opcode in b"KMJ":
        number = draw.choice((0, 1, 2, 3, 4, 7, 255, 65535, draw.randrange(1 << 16)))
        if draw.random() < 0.2:
            return b"J" + struct.pack("<i", -draw.randrange(1, 100))
        return b"K" + bytes([number]) if number < 256 else b"M" + struct.pack("<H", number)
    if opcode == b"X":
        text = draw.choice((b"", b"0", b"1", b"a.b", b"a/b", b"cpu", b"cuda:0", b"storage", "é~".encode(), b"\n", b"\x00"))
        return b"X" + struct.pack("<I", len(text)) + text
    if opcode in b"qh":
        return opcode + bytes([draw.randrange(32)])
    if value:
        return opcode + bits(value, draw)
    return bytes([draw.choice(b"NNI}]()tRbueasQ0\x85\x86\x87\x88\x89\x8f\x90\x91\x81\x92\x93")])


def mutants(often, seldom, count, seed=0):
    """(number, source, way, bytes) of `count` of them, nine in ten from the first list of files."""
    for number in range(count):
        draw = random.Random(seed * 1_000_003 + number)
        path = draw.choice(seldom if seldom and draw.random() < 0.1 else often)
        try:
            data, way = mutant(path, draw)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            # The source is one that Python does not unpack.
            data, way = bits(path.read_bytes(), draw), "bits"
        yield number, path, way, data
