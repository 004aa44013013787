/// A folder of idx files in the spelling of MNIST: images [n, h, w] or [n, c, h, w], labels [n], for train and t10k.
package enum IdxFiles {
    /// Reads both parts. Classes = the largest training label + 1.
    ///
    /// - Throws: ``DatasetError`` where a file is missing, damaged or of another kind, images and labels differ in
    ///   number, the parts differ in shape, or a test label is not among the training labels' range.
    package static func read(folder: String) throws(DatasetError) -> (training: ImageSet, test: ImageSet) {
        let all = Part.allCases.flatMap { $0.spellings(of: "images") + $0.spellings(of: "labels") }
        let found = try DataFolder(folder, child: nil, holding: all, hint: hint)
        let (images, labels) = try raw(.training, folder: found)
        let (testImages, testLabels) = try raw(.test, folder: found)
        guard images.dimensions.dropFirst() == testImages.dimensions.dropFirst() else {
            throw DatasetError(
                folder, "training images are \(shape(images)), test images \(shape(testImages)), expected one shape",
                hint: "the files are of different sets")
        }
        let classes = Int(labels.values.max()!) + 1
        guard classes > 1 else {
            throw DatasetError(folder, "every training label is 0, expected at least 2 classes", hint: hint)
        }
        guard let largest = testLabels.values.max(), largest < classes else {
            throw DatasetError(
                folder,
                "test label \(testLabels.values.max()!), expected 0 to \(classes - 1) as in the training labels",
                hint: "the files are of different sets")
        }
        func set(_ images: IdxFile, _ labels: IdxFile, _ name: String) -> ImageSet {
            let d = images.dimensions
            return ImageSet(
                name: name, channels: d.count == 4 ? d[1] : 1, height: d[d.count - 2], width: d[d.count - 1],
                classes: classes, labels: labels.values, pixels: images.values)
        }
        return (set(images, labels, "idx train"), set(testImages, testLabels, "idx test"))
    }

    private static func raw(_ part: Part, folder: DataFolder) throws(DatasetError) -> (images: IdxFile, labels: IdxFile)
    {
        let imagesPath = try path(part, "images", folder: folder)
        let labelsPath = try path(part, "labels", folder: folder)
        let images = try IdxFile(path: imagesPath, ranks: [3, 4], hint: "expected an idx file of images; \(hint)")
        let labels = try IdxFile(path: labelsPath, ranks: [1], hint: "expected an idx file of labels; \(hint)")
        guard images.dimensions[0] == labels.dimensions[0] else {
            throw DatasetError(
                labelsPath, "holds \(labels.dimensions[0]) labels, expected \(images.dimensions[0]) as \(imagesPath)",
                hint: "the two files are of different sets")
        }
        return (images, labels)
    }

    private static func path(_ part: Part, _ kind: String, folder: DataFolder) throws(DatasetError) -> String {
        let names = part.spellings(of: kind)
        if let path = folder.first(of: names) { return path }
        if let packed = folder.first(of: names.map { $0 + ".gz" }) {
            throw DatasetError(
                packed, "is compressed with gzip, expected the plain idx file",
                hint: "unpack it first: gunzip \(packed)")
        }
        throw DatasetError(folder[names[0]], "no such file", hint: hint)
    }

    private static let hint =
        "the folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        + "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"

    private static func shape(_ images: IdxFile) -> String {
        images.dimensions.dropFirst().map(String.init).joined(separator: "x")
    }

    /// The two parts of a set, by the prefix of their files.
    enum Part: String, CaseIterable {
        case training = "train"
        case test = "t10k"

        /// File names in the order they are tried.
        func spellings(of kind: String) -> [String] {
            let ranks = kind == "images" ? [3, 4] : [1]
            return ranks.flatMap { ["\(rawValue)-\(kind)-idx\($0)-ubyte", "\(rawValue)-\(kind).idx\($0)-ubyte"] }
        }
    }
}
