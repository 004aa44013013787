import Datasets
import Testing

func idx(_ dimensions: [UInt32], _ values: [UInt8], magic: UInt32? = nil) -> [UInt8] {
    ([magic ?? 0x0800 + UInt32(dimensions.count)] + dimensions).flatMap { word in
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    } + values
}

@Suite struct IdxFilesTests {
    let folder: TemporaryFolder
    let images = "train-images-idx3-ubyte"
    let labels = "train-labels-idx1-ubyte"

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(images, idx([3, 2, 4], Array(0..<24)))
        try folder.write(labels, idx([3], [0, 6, 2]))
        try folder.write("t10k-images.idx3-ubyte", idx([1, 2, 4], Array(10..<18)))
        try folder.write("t10k-labels.idx1-ubyte", idx([1], [5]))
    }

    func failure() -> DatasetError? { datasetError { _ = try IdxFiles.read(folder: folder.path) } }

    @Test func readsBothSpellings() throws {
        let (training, test) = try IdxFiles.read(folder: folder.path)
        #expect([training.count, training.channels, training.height, training.width] == [3, 1, 2, 4])
        #expect(training.classes == 7 && test.classes == 7)
        #expect(training.labels == [0, 6, 2] && training.pixels == Array(0..<24))
        #expect(test.labels == [5] && test.pixels == Array(10..<18))
    }

    @Test func refusesEveryChangedHeaderByte() throws {
        let right = idx([3, 2, 4], Array(0..<24))
        for at in 0..<16 {
            for change in [UInt8(1), 0x80, 0xff] {
                var bytes = right
                bytes[at] ^= change
                try folder.write(images, bytes)
                #expect(failure()?.subject == folder[images], "byte \(at) changed by \(change)")
            }
        }
    }

    @Test func saysWhichMagicNumberItFound() throws {
        try folder.write(labels, idx([3], [0, 6, 2], magic: 0x0d01))
        #expect(failure()?.message == folder[labels] + ": starts with 0x00000d01, expected 0x00000801")
    }

    @Test func refusesSwappedFiles() throws {
        try folder.write(images, idx([3], [0, 6, 2]))
        try folder.write(labels, idx([3, 2, 4], Array(0..<24)))
        #expect(failure()?.message == folder[images] + ": starts with 0x00000801, expected 0x00000803 or 0x00000804")
        #expect(failure()?.hint.hasPrefix("expected an idx file of images; the folder holds train-images") == true)
    }

    @Test func refusesDimensionsOfZeroAndOverflow() throws {
        try folder.write(images, idx([3, 0, 4], []))
        #expect(failure()?.problem == "has dimensions 3 x 0 x 4, expected no zero")
        let most = UInt32.max
        try folder.write(images, idx([most, most, most], [1]))
        #expect(
            failure()?.problem == "has dimensions 4294967295 x 4294967295 x 4294967295, expected fewer values")
        try folder.write(labels, idx([most], [0, 6, 2]))
        try folder.write(images, idx([3, 2, 4], Array(0..<24)))
        #expect(
            failure()?.problem == "has dimensions 4294967295, so 4294967295 values after the header; found 3")
    }

    @Test(arguments: [0, 1, 3, 4, 15, 16, 39, 41]) func refusesAWrongSize(size: Int) throws {
        let bytes = idx([3, 2, 4], Array(0...24))
        try folder.write(images, Array(bytes.prefix(size)))
        let expected =
            switch size {
            case 0...3: "holds \(size) bytes, too few for an idx file"
            case 4...15: "holds \(size) bytes, expected a header of 16"
            default: "has dimensions 3 x 2 x 4, so 24 values after the header; found \(size - 16)"
            }
        #expect(failure()?.problem == expected)
    }

    @Test func hintsAtGunzip() throws {
        try folder.write(images, [0x1f, 0x8b, 8, 0, 0])
        #expect(failure()?.problem == "is compressed with gzip, expected the plain idx file")
        #expect(failure()?.hint == "unpack it first: gunzip " + folder[images])
        try folder.remove(images)
        try folder.write(images + ".gz", [0x1f, 0x8b, 8, 0, 0])
        #expect(failure()?.hint == "unpack it first: gunzip " + folder[images + ".gz"])
        try folder.remove(images + ".gz")
        #expect(failure()?.message == folder[images] + ": no such file")
    }

    @Test func comparesImagesWithLabels() throws {
        try folder.write(labels, idx([2], [0, 6]))
        #expect(failure()?.message == folder[labels] + ": holds 2 labels, expected 3 as " + folder[images])
        try folder.write(labels, idx([3], [0, 0, 0]))
        #expect(failure()?.problem == "every training label is 0, expected at least 2 classes")
        try folder.write(labels, idx([3], [0, 1, 4]))
        #expect(failure()?.problem == "test label 5, expected 0 to 4 as in the training labels")
    }

    @Test func comparesTheShapesOfBothParts() throws {
        try folder.write("t10k-images.idx3-ubyte", idx([1, 4, 2], Array(10..<18)))
        #expect(failure()?.problem == "training images are 2x4, test images 4x2, expected one shape")
    }
}
