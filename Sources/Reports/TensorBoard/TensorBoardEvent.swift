import Foundations

/// A record of a TensorBoard event file: the few fields of the protocol buffers `Event`, `Summary` and `SessionLog` that
/// scalars need, written by hand.
///
/// - Source: tensorboard/compat/proto/event.proto and summary.proto, whose field numbers stand below.
package struct TensorBoardEvent: Sendable, Hashable {
    package enum What: Sendable, Hashable {
        /// The first record of every file.
        case version
        /// A session begins: what earlier files say of this step and later ones is forgotten.
        case start
        case scalars([Scalar])
    }

    package struct Scalar: Sendable, Hashable {
        package let tag: String
        package let value: Float

        package init(_ tag: String, _ value: Double) { (self.tag, self.value) = (tag, Float(value)) }
    }

    /// Seconds since 1970.
    package let time: Double
    package let step: Int
    package let what: What

    package init(time: Double, step: Int, _ what: What) { (self.time, self.step, self.what) = (time, step, what) }

    /// The record as it stands in a file: length u64, its masked CRC, the message, its masked CRC; little-endian.
    ///
    /// - Source: tensorflow/core/lib/io/record_writer.h.
    package var record: [UInt8] {
        let message = message
        let length = littleEndian(UInt64(message.count))
        return length + littleEndian(Self.masked(crc32c(length))) + message + littleEndian(Self.masked(crc32c(message)))
    }

    /// A CRC that is stored beside its data is turned and moved, so that the CRC of both is not a constant.
    static func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }

    private var message: [UInt8] {
        var event = ProtocolBuffer()
        event.add(1, time)
        if step != 0 { event.add(2, UInt64(bitPattern: Int64(step))) }
        switch what {
        case .version: event.add(3, Array("brain.Event:2".utf8))
        case .scalars(let scalars):
            var summary = ProtocolBuffer()
            for scalar in scalars {
                var value = ProtocolBuffer()
                value.add(1, Array(scalar.tag.utf8))
                value.add(2, scalar.value)
                summary.add(1, value.bytes)
            }
            event.add(5, summary.bytes)
        case .start:
            var session = ProtocolBuffer()
            session.add(1, UInt64(1))
            event.add(7, session.bytes)
        }
        return event.bytes
    }
}

/// Fields of a protocol buffer message in the order they are added.
private struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    mutating func add(_ field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        bytes += littleEndian(value.bitPattern)
    }

    mutating func add(_ field: UInt64, _ value: Float) {
        varint(field << 3 | 5)
        bytes += littleEndian(value.bitPattern)
    }

    mutating func add(_ field: UInt64, _ value: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(value.count))
        bytes += value
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
