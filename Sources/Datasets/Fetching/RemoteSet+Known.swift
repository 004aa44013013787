internal import Foundations

/// Sizes and SHA-256 of the archives: as TensorFlow Datasets records them (`url_checksums/cifar10.txt`, `cifar100.txt` and
/// `fashion_mnist.txt`). Sizes of the members follow from their formats.
extension RemoteSet {
    package static let known = [cifar10, cifar100, fashionMNIST].compactMap { $0 }

    package static func named(_ name: String) -> RemoteSet? { known.first { $0.name == name } }

    private static let cifar10 = cifar(
        "cifar10", .cifar10, archive: "cifar-10-binary.tar.gz", size: 170_052_171, images: 10_000,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")

    private static let cifar100 = cifar(
        "cifar100", .cifar100, archive: "cifar-100-binary.tar.gz", size: 168_513_733, images: 50_000,
        sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")

    /// - Parameter images: of one training file; the test file has 10,000.
    private static func cifar(
        _ name: String, _ files: CIFARFiles, archive: String, size: Int, images: Int, sha256: String
    ) -> RemoteSet? {
        func member(_ file: String, _ images: Int) -> RemoteArchive.Member {
            RemoteArchive.Member(
                entry: "\(files.subfolder)/\(file)", file: file, size: images * files.recordBytes)
        }
        return Digest(hex: sha256).map {
            RemoteSet(
                name: name, set: name, source: "https://www.cs.toronto.edu/~kriz",
                archives: [
                    RemoteArchive(
                        name: archive, packing: .tar, size: size, sha256: $0,
                        members: files.training.map { member($0, images) } + files.test.map { member($0, 10_000) })
                ])
        }
    }

    private static let fashionMNIST: RemoteSet? = {
        let table: [(file: String, unpacked: Int, packed: Int, sha256: String)] = [
            (
                "train-images-idx3-ubyte", 16 + 60_000 * 784, 26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
            ),
            (
                "train-labels-idx1-ubyte", 8 + 60_000, 29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
            ),
            (
                "t10k-images-idx3-ubyte", 16 + 10_000 * 784, 4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
            ),
            (
                "t10k-labels-idx1-ubyte", 8 + 10_000, 5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
            ),
        ]
        let archives = table.compactMap { row in
            Digest(hex: row.sha256).map {
                RemoteArchive(
                    name: row.file + ".gz", packing: .gzip, size: row.packed, sha256: $0,
                    members: [RemoteArchive.Member(file: row.file, size: row.unpacked)])
            }
        }
        // Its makers offer no https.
        return RemoteSet(
            name: "fashion-mnist", set: "idx", source: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            archives: archives)
    }()
}
