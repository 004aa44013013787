/// The binary layout of CIFAR-10 and CIFAR-100: files of records, each its label bytes, then 3 x 32 x 32 pixels.
///
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version".
package struct CIFARFiles: Sendable {
    package let name: String
    /// The folder that the archive unpacks to; looked into where the files are not directly in the given folder.
    package let subfolder: String
    package let training: [String]
    package let test: [String]
    /// One bound a label byte of a record; the last byte is the label, the others are only checked.
    package let labelBounds: [Int]
    package let classNames: [String]?

    package static let cifar10 = CIFARFiles(
        name: "CIFAR-10", subfolder: "cifar-10-batches-bin",
        training: (1...5).map { "data_batch_\($0).bin" }, test: ["test_batch.bin"], labelBounds: [10],
        classNames: [
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
        ])

    package static let cifar100 = CIFARFiles(
        name: "CIFAR-100", subfolder: "cifar-100-binary", training: ["train.bin"], test: ["test.bin"],
        labelBounds: [20, 100], classNames: nil)

    /// Pixels of a record.
    static let imageBytes = 3 * 32 * 32
    var recordBytes: Int { labelBounds.count + Self.imageBytes }
    var classes: Int { labelBounds.last! }

    /// Reads both parts.
    ///
    /// - Parameter folder: holds the files, or the subfolder that does.
    /// - Throws: ``DatasetError`` where a file is missing or unreadable, its size is not a positive multiple of the
    ///   record, or a label is out of bounds.
    /// - Cost: reads every byte; at most one file is in memory twice.
    package func read(folder: String) throws(DatasetError) -> (training: ImageSet, test: ImageSet) {
        let names = training + test
        let hint = "the folder holds \(names.joined(separator: ", ")) of the binary version of \(name)"
        let folder = try DataFolder(folder, child: subfolder, holding: names, hint: hint)
        return (
            try read(training.map { folder[$0] }, name: "\(name) train", hint: hint),
            try read(test.map { folder[$0] }, name: "\(name) test", hint: hint)
        )
    }

    private func read(_ paths: [String], name: String, hint: String) throws(DatasetError) -> ImageSet {
        var labels: [UInt8] = []
        var pixels: [UInt8] = []
        for path in paths {
            let file = try DataFile(path: path, hint: hint)
            guard file.size > 0, file.size % recordBytes == 0 else {
                throw DatasetError(
                    path, "holds \(file.size) bytes, expected a positive multiple of \(recordBytes)",
                    hint: "the file is cut off or not of \(self.name); fetch it again")
            }
            let count = file.size / recordBytes
            let bytes = try file.bytes()
            labels.reserveCapacity(labels.count + count)
            pixels.reserveCapacity((labels.count + count) * Self.imageBytes)
            for record in 0..<count {
                let start = record * recordBytes
                for (at, bound) in labelBounds.enumerated() where bytes[start + at] >= bound {
                    throw wrongLabel(bytes[start + at], bound: bound, record: record, at: at, path: path)
                }
                let image = start + labelBounds.count
                labels.append(bytes[image - 1])
                pixels.append(contentsOf: bytes[image..<start + recordBytes])
            }
        }
        return ImageSet(
            name: name, channels: 3, height: 32, width: 32, classes: classes, classNames: classNames,
            labels: labels, pixels: pixels)
    }

    private func wrongLabel(_ label: UInt8, bound: Int, record: Int, at: Int, path: String) -> DatasetError {
        let which = labelBounds.count == 1 ? "label" : at == 0 ? "coarse label" : "fine label"
        return DatasetError(
            path, "record \(record) has \(which) \(label), expected 0 to \(bound - 1)",
            hint: "the file is damaged or not of \(name); fetch it again")
    }
}
