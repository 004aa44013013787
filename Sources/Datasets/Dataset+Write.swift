/// The layouts a set can be written in.
package enum ImageLayout: String, Sendable, CaseIterable {
    /// Four idx files, images [n, h, w] for one channel, else [n, c, h, w].
    case idx
    /// Six files of CIFAR-10 records; 3 x 32 x 32 and at most 10 classes.
    case cifar10
}

extension Dataset {
    /// Writes both sets into a folder, which is made where missing (its parent is not). Reading back gives equal bytes
    /// and labels; names and hold-outs are not written.
    ///
    /// - Returns: the files written, in order.
    /// - Throws: ``DatasetError`` where the layout cannot hold the set, a file exists or the file system fails.
    @discardableResult
    package func write(_ layout: ImageLayout, folder: String) throws(DatasetError) -> [String] {
        let files: [(name: String, chunks: [ArraySlice<UInt8>])]
        switch layout {
        case .idx: files = training.idxFiles(.training) + test.idxFiles(.test)
        case .cifar10:
            guard training.channels == 3, training.height == 32, training.width == 32, classes <= 10,
                training.count >= 5
            else {
                throw DatasetError(
                    folder,
                    "layout cifar10 holds 3x32x32 images of at most 10 classes, at least 5 of them; \(name) has "
                        + "\(training.channels)x\(training.height)x\(training.width), \(classes) classes, "
                        + "\(training.count) images",
                    hint: "use layout idx")
            }
            let count = training.count
            files =
                (0..<5).map { part in
                    (CIFARFiles.cifar10.training[part], training.records(count * part / 5..<count * (part + 1) / 5))
                } + [(CIFARFiles.cifar10.test[0], test.records(0..<test.count))]
        }
        try makeFolder(folder)
        for file in files { try writeNewFile(join(folder, file.name), chunks: file.chunks) }
        return files.map { join(folder, $0.name) }
    }
}

extension ImageSet {
    fileprivate func records(_ range: Range<Int>) -> [ArraySlice<UInt8>] {
        range.flatMap { [labels[$0...$0], pixels[self.range(of: $0)]] }
    }

    fileprivate func idxFiles(_ part: IdxFiles.Part) -> [(name: String, chunks: [ArraySlice<UInt8>])] {
        let shape = [count] + (channels == 1 ? [] : [channels]) + [height, width]
        return [
            ("\(part.rawValue)-images-idx\(shape.count)-ubyte", [idxHeader(shape)[...], pixels[...]]),
            ("\(part.rawValue)-labels-idx1-ubyte", [idxHeader([count])[...], labels[...]]),
        ]
    }
}

private func idxHeader(_ dimensions: [Int]) -> [UInt8] {
    ([0x0800 + dimensions.count] + dimensions).flatMap { word in
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}
