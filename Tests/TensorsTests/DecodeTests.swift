import CKernels
import Tensors
import Testing

/// Hand-worked crops of one 2 x 3 image of two channels.
@Suite struct DecodeTests {
    private func decode(dy: Int32, dx: Int32, flip: Bool) -> (first: [Float], second: [Float]) {
        let planes: [UInt8] = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]
        let out = Buffer(count: 6 * 16)
        for i in 0..<out.count { out.pointer[i] = .nan }
        esp_decode(out.pointer, planes, 2, 2, 3, dy, dx, flip ? 1 : 0, [2, 0.5], [0, -1])
        for i in 0..<out.count where i % 16 >= 2 { #expect(out.pointer[i] == 0) }
        let both = plain(out, channels: 2, pixels: 6)
        return (Array(both.prefix(6)), Array(both.suffix(6)))
    }

    @Test func asItIs() {
        let found = decode(dy: 0, dx: 0, flip: false)
        #expect(found.first == [2, 4, 6, 8, 10, 12])
        #expect(found.second == [4, 9, 14, 19, 24, 29])
    }

    @Test func mirrored() {
        #expect(decode(dy: 0, dx: 0, flip: true).first == [6, 4, 2, 12, 10, 8])
    }

    @Test func croppedShowsByteZeroOutside() {
        let found = decode(dy: 1, dx: -1, flip: false)
        #expect(found.first == [0, 8, 10, 0, 0, 0])
        #expect(found.second == [-1, 19, 24, -1, -1, -1])
    }

    @Test func croppedThenMirrored() {
        #expect(decode(dy: 1, dx: -1, flip: true).first == [10, 8, 0, 0, 0, 0])
        #expect(decode(dy: -1, dx: 2, flip: true).first == [0, 0, 0, 0, 0, 6])
    }

    @Test func farOutside() {
        #expect(decode(dy: 5, dx: 0, flip: false).first == [0, 0, 0, 0, 0, 0])
    }
}
