extension ImageSet {
    /// Half the height and width: every byte is the mean of a 2x2 square, rounded half up: (a + b + c + d + 2) / 4.
    ///
    /// - Throws: ``DatasetError`` where a side is odd.
    /// - Cost: one pass over the pixels.
    package func halved() throws(DatasetError) -> ImageSet {
        guard height % 2 == 0, width % 2 == 0 else {
            throw DatasetError(
                "data.resize", "halving needs even sides, \(name) has images of \(height)x\(width)",
                hint: "use resize: none")
        }
        let (rows, columns) = (height / 2, width / 2)
        let half = [UInt8](unsafeUninitializedCapacity: pixels.count / 4) { out, filled in
            pixels.withUnsafeBufferPointer { bytes in
                var at = 0
                // Planes follow each other and heights are even, so the rows of all planes are one run of rows.
                for row in 0..<(count * channels * rows) {
                    let top = row * 2 * width
                    for column in 0..<columns {
                        let i = top + 2 * column
                        let upper = Int(bytes[i]) + Int(bytes[i + 1])
                        let lower = Int(bytes[i + width]) + Int(bytes[i + width + 1])
                        out[at] = UInt8((upper + lower + 2) / 4)
                        at += 1
                    }
                }
            }
            filled = pixels.count / 4
        }
        return ImageSet(
            name: name, channels: channels, height: rows, width: columns, classes: classes, classNames: classNames,
            labels: labels, pixels: half)
    }

    /// The set with images of side x side; nil leaves it as it is. Only halving is known.
    /// - Throws: ``DatasetError`` where the images are not of twice that side.
    package func resized(to side: Int?) throws(DatasetError) -> ImageSet {
        guard let side, side != height || side != width else { return self }
        guard side > 0, height % 2 == 0, width % 2 == 0, height / 2 == side, width / 2 == side else {
            throw DatasetError(
                "data.resize",
                "\(side) takes the mean of 2x2, so it needs images of twice that side; "
                    + "\(name) has \(height)x\(width)",
                hint: "use resize: none")
        }
        return try halved()
    }
}
