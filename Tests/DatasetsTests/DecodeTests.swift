import Datasets
import Foundations
import Testing

@Suite struct DecodeTests {
    /// Channel 0 of a 2 x 3 image of the bytes 1 2 3 / 4 5 6, scale 1, shift 0, seen through `view`.
    func seen(_ view: View) -> [Float] {
        var out = [Float](repeating: -1, count: 6 * 16)
        let bytes: [UInt8] = [1, 2, 3, 4, 5, 6]
        decode(&out, planes: bytes, channels: 1, height: 2, width: 3, view: view, scale: [1], shift: [0])
        #expect(out.enumerated().allSatisfy { $0 % 16 == 0 || $1 == 0 })
        return (0..<6).map { out[16 * $0] }
    }

    @Test func cropsAndMirrors() {
        #expect(seen(.whole) == [1, 2, 3, 4, 5, 6])
        #expect(seen(View(dy: 1, dx: 0, flip: false)) == [4, 5, 6, 0, 0, 0])
        #expect(seen(View(dy: 0, dx: -1, flip: false)) == [0, 1, 2, 0, 4, 5])
        #expect(seen(View(dy: 0, dx: 0, flip: true)) == [3, 2, 1, 6, 5, 4])
        // Cropped to 2 3 0 / 5 6 0, then mirrored.
        #expect(seen(View(dy: 0, dx: 1, flip: true)) == [0, 3, 2, 0, 6, 5])
        #expect(seen(View(dy: -1, dx: 2, flip: true)) == [0, 0, 0, 0, 0, 3])
        #expect(seen(View(dy: 9, dx: -9, flip: false)) == [0, 0, 0, 0, 0, 0])
    }

    @Test func fillsBlocksOfSixteenChannels() throws {
        let set = counting(4, channels: 17)
        let dataset = try Dataset(
            name: "x", training: set, test: set, holdOut: HoldOut(rank: 1, pick: 1),
            normalisation: Normalisation(
                mean: (0..<17).map { Double($0) / 100 }, std: [Double](repeating: 0.5, count: 17)))
        #expect(dataset.imageFloats == 2 * 6 * 16)
        let batch = Batch(role: .rank, indices: [0])
        var images = [Float](repeating: -1, count: dataset.imageFloats)
        var labels: [Int32] = [9]
        dataset.fill(&images, labels: &labels, batch: batch)
        #expect(labels == [0])
        for channel in 0..<32 {
            for pixel in 0..<6 {
                let value = images[(channel / 16 * 6 + pixel) * 16 + channel % 16]
                let byte = UInt8(truncatingIfNeeded: 2 * 17 * 6 + channel * 6 + pixel)
                let expected = channel < 17 ? (Double(byte) / 255 - Double(channel) / 100) / 0.5 : 0
                #expect(abs(Double(value) - expected) < 1e-6)
            }
        }
    }

    @Test func normalisesCIFAR10AsTorchvision() {
        let (scale, shift) = Normalisation.cifar10.scaleAndShift
        // (200 / 255 - 0.49139968) / 0.24703233 and the value of black in the third channel.
        #expect(abs(200 * scale[0] + shift[0] - 1.1857316) < 1e-6)
        #expect(abs(shift[2] + 1.7070041) < 1e-6)
    }

    @Test func positionsAreIndependent() throws {
        let dataset = try Dataset(name: "x", training: counting(20), test: counting(6), holdOut: HoldOut())
        let batch = dataset.calibration(
            images: 8, batch: 8, round: 0, seeds: Seeds(1), augmentation: Augmentation(crop: 1, flip: true))[0]
        var whole = [Float](repeating: 0, count: 8 * dataset.imageFloats)
        var labels = [Int32](repeating: 0, count: 8)
        dataset.fill(&whole, labels: &labels, batch: batch)
        for position in (0..<8).reversed() {
            var image = [Float](repeating: 0, count: dataset.imageFloats)
            #expect(dataset.fillImage(&image, batch: batch, position: position) == labels[position])
            #expect(image[...] == whole[position * dataset.imageFloats..<(position + 1) * dataset.imageFloats])
        }
    }
}
