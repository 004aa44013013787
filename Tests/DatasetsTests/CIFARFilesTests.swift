import Datasets
import Foundations
import Testing

/// `count` records with labels from `first` up and pixels that tell image and place.
func records(_ count: Int, labelBytes: [UInt8] = [0], first: Int = 0) -> [UInt8] {
    var bytes: [UInt8] = []
    for n in 0..<count {
        bytes += labelBytes.dropLast()
        bytes.append(UInt8((first + n) % 10))
        for at in 0..<3072 { bytes.append(UInt8(truncatingIfNeeded: n * 7 + at)) }
    }
    return bytes
}

func writeCIFAR10(_ folder: TemporaryFolder, in child: String = "") throws {
    for k in 1...5 { try folder.write("\(child)data_batch_\(k).bin", records(2, first: 2 * k)) }
    try folder.write("\(child)test_batch.bin", records(3))
}

func datasetError(_ body: () throws -> Void) -> DatasetError? {
    do { try body() } catch { return error as? DatasetError }
    return nil
}

@Suite struct CIFARFilesTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try writeCIFAR10(folder)
    }

    func failure() -> DatasetError? { datasetError { _ = try CIFARFiles.cifar10.read(folder: folder.path) } }

    @Test(arguments: ["", "cifar-10-batches-bin/"]) func readsAllFilesInOrder(child: String) throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder(child)
        try writeCIFAR10(folder, in: child)
        let (training, test) = try CIFARFiles.cifar10.read(folder: folder.path)
        #expect(training.labels == [2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
        #expect(test.labels == [0, 1, 2])
        #expect(training.pixels.count == 10 * 3072)
        #expect(training.pixels[3072...3074] == [7, 8, 9])
        #expect([training.channels, training.height, training.width, training.classes] == [3, 32, 32, 10])
        #expect(test.classNames?[9] == "truck")
    }

    @Test(arguments: [0, 1, 3072, 3074, 2 * 3073 - 1, 2 * 3073 + 1])
    func refusesASizeThatIsNoMultiple(size: Int) throws {
        try folder.write("data_batch_3.bin", [UInt8](repeating: 0, count: size))
        #expect(
            failure()?.message
                == folder["data_batch_3.bin"] + ": holds \(size) bytes, expected a positive multiple of 3073")
        #expect(failure()?.hint == "the file is cut off or not of CIFAR-10; fetch it again")
        #expect(failure()?.exitCode == .dataset)
    }

    @Test(arguments: [UInt8(10), 255]) func refusesALabelOutOfBounds(label: UInt8) throws {
        var bytes = records(3)
        bytes[2 * 3073] = label
        try folder.write("test_batch.bin", bytes)
        #expect(failure()?.message == folder["test_batch.bin"] + ": record 2 has label \(label), expected 0 to 9")
    }

    @Test func namesAMissingFile() throws {
        try folder.remove("data_batch_4.bin")
        #expect(failure()?.message == folder["data_batch_4.bin"] + ": no such file")
        #expect(failure()?.hint.contains("test_batch.bin of the binary version of CIFAR-10") == true)
    }

    @Test func readsFineLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write("train.bin", records(12, labelBytes: [19, 0], first: 4))
        try folder.write("test.bin", [3, 99] + [UInt8](repeating: 1, count: 3072))
        let (training, test) = try CIFARFiles.cifar100.read(folder: folder.path)
        #expect(training.labels.prefix(3) == [4, 5, 6])
        #expect(training.classes == 100 && test.labels == [99] && test.pixels == [UInt8](repeating: 1, count: 3072))
    }

    @Test(arguments: [0, 1, 3073, 3075, 2 * 3074 - 1, 2 * 3074 + 1])
    func refusesAnotherSizeOfCIFAR100(size: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write("train.bin", [UInt8](repeating: 0, count: size))
        let error = datasetError { _ = try CIFARFiles.cifar100.read(folder: folder.path) }
        #expect(
            error?.message == folder["train.bin"] + ": holds \(size) bytes, expected a positive multiple of 3074")
    }

    @Test(arguments: [(20, 0, "coarse label 20, expected 0 to 19"), (0, 100, "fine label 100, expected 0 to 99")])
    func checksBothLabels(coarse: Int, fine: Int, words: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("train.bin", [UInt8(coarse), UInt8(fine)] + [UInt8](repeating: 0, count: 3072))
        try folder.write("test.bin", [0, 0] + [UInt8](repeating: 0, count: 3072))
        let error = datasetError { _ = try CIFARFiles.cifar100.read(folder: folder.path) }
        #expect(error?.message == folder["train.bin"] + ": record 0 has " + words)
    }
}
