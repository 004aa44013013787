"""TensorBoard records computed from the formats alone, for TensorBoardTests.swift: `python3 make_events.py > events.json`.

The CRC is the bitwise definition of CRC-32C; messages are written field by field with Python's struct, and differ in code
and order of work from the Swift that is tested.
"""
import json
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def varint(number):
    number &= (1 << 64) - 1
    groups = []
    while True:
        groups.append(number & 0x7F)
        number >>= 7
        if not number:
            break
    return bytes(g | (0x80 if i < len(groups) - 1 else 0) for i, g in enumerate(groups))


def block(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def event(time, step, body):
    head = b"\x09" + struct.pack("<d", time)
    return head + (b"\x10" + varint(step) if step else b"") + body


def record(message):
    length = struct.pack("<Q", len(message))
    return length + masked(length) + message + masked(message)


def scalars(values):
    return block(5, b"".join(block(1, block(1, t.encode()) + b"\x15" + struct.pack("<f", v)) for t, v in values))


assert crc32c(b"123456789") == 0xE3069283
cases = {
    "version": event(1234.5, 0, block(3, b"brain.Event:2")),
    "start": event(1234.5, 300, block(7, b"\x08\x01")),
    "scalar": event(1.7e9, 128, scalars([("train/loss", 0.1)])),
    "several": event(0.0, 1 << 40, scalars([("a", -1.0), ("\u00fc" * 200, float("inf"))])),
    "none": event(1.0, 7, block(5, b"")),
}
print(json.dumps({name: record(message).hex() for name, message in cases.items()}, indent=1))
