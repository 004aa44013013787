"""Images, labels and starting weights both sides compute; `Formula.swift` is the same in Swift."""
import numpy as np

TEST = 100_000  # image numbers of the test set start here


def mix(x):
    """A 32-bit integer hash."""
    x = np.asarray(x).astype(np.uint64) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return x ^ (x >> 16)


def label(n, classes):
    return mix(np.asarray(n) + 12345).astype(np.int64) % classes


def pixels(numbers, classes, side):
    """Bytes [n, 3, h, w]: a triangle wave whose direction is the label, with random phase, size and noise."""
    n = np.asarray(numbers)[:, None, None, None]
    c = np.arange(3)[None, :, None, None]
    y = np.arange(side)[None, None, :, None]
    x = np.arange(side)[None, None, None, :]
    kind = label(n, classes)
    phase = mix(n + 1).astype(np.int64) % 64
    wave = np.abs(((3 + 2 * (kind % 5)) * x + (2 + 5 * (kind // 5)) * y + 13 * c + phase) % 64 - 32)
    noise = mix(((n * 3 + c) * side + y) * side + x + 77).astype(np.int64) % 96
    return (20 + 3 * wave + noise).astype(np.uint8)


def images(numbers, classes, side):
    """(byte / 255 - 0.5) / 0.25 as float32, and labels."""
    x = pixels(numbers, classes, side).astype(np.float32) * np.float32(1 / (255 * 0.25)) + np.float32(-2)
    return x, label(np.asarray(numbers), classes).astype(np.int64)


def units(name, count):
    """`count` floats in [0, 1) by the FNV-1a hash of a parameter's name."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    words = mix(h + np.arange(count, dtype=np.uint64) * 0x9E3779B9)
    return (words >> 8).astype(np.float32) * np.float32(2.0**-24)


def start(name, shape):
    """The starting value of a learnt parameter: gains 0.75...1.25, shifts and biases +-0.3, weights +-1/sqrt(fanIn).

    A gain is a one-dimensional `weight`.
    """
    u = units(name, int(np.prod(shape)))
    if name.endswith("bias"):
        value = (u - np.float32(0.5)) * np.float32(0.6)
    elif len(shape) == 1:
        value = u * np.float32(0.5) + np.float32(0.75)
    else:
        fan = np.float32(np.prod(shape[1:]))
        value = (u * np.float32(2) - np.float32(1)) * (np.float32(1) / np.sqrt(fan))
    return value.reshape(shape)
