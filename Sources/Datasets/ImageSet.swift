internal import Foundations

/// Labelled images of one size, as bytes in memory.
///
/// pixels: [n, c, h, w], planes of rows, 0...255; labels: [n], 0 ..< classes. A value: copies share storage.
package struct ImageSet: Sendable, Hashable {
    package let name: String
    package let count: Int
    package let channels: Int
    package let height: Int
    package let width: Int
    package let classes: Int
    /// One name a class, or nil where the source has none.
    package let classNames: [String]?
    package let labels: [UInt8]
    package let pixels: [UInt8]

    /// n follows from `labels`. Stops the program where the counts do not fit; readers check their files before.
    package init(
        name: String, channels: Int, height: Int, width: Int, classes: Int, classNames: [String]? = nil,
        labels: [UInt8], pixels: [UInt8]
    ) {
        require(
            channels > 0 && height > 0 && width > 0 && pixels.count == labels.count * channels * height * width,
            "\(pixels.count) pixels, expected [n, c, h, w] = [\(labels.count), \(channels), \(height), \(width)]")
        require(
            1...256 ~= classes && labels.allSatisfy { $0 < classes },
            "labels up to \(labels.max() ?? 0), expected below \(classes) classes")
        require(
            classNames.map { $0.count == classes } ?? true,
            "\(classNames?.count ?? 0) class names, expected \(classes)")
        self.name = name
        count = labels.count
        self.channels = channels
        self.height = height
        self.width = width
        self.classes = classes
        self.classNames = classNames
        self.labels = labels
        self.pixels = pixels
    }

    /// Bytes of one image: c * h * w.
    package var imageBytes: Int { channels * height * width }

    /// Where image `index` lies in ``pixels``.
    package func range(of index: Int) -> Range<Int> {
        require(0..<count ~= index, "image \(index), expected below \(count)")
        return index * imageBytes..<(index + 1) * imageBytes
    }

    /// Images counted by label. Cost: one pass over the labels.
    package func countsByClass() -> [Int] {
        labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[Int($1)] += 1 }
    }
}
