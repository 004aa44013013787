package import Foundations

/// A data set that can be fetched: where its archives lie, and what is in them.
package struct RemoteSet: Sendable, Hashable {
    /// What the command line calls it.
    package let name: String
    /// The word of `data.set` that reads its files.
    package let set: String
    /// The folder of its archives, without a slash at the end; a mirror replaces it.
    package let source: String
    package let archives: [RemoteArchive]

    package init(name: String, set: String, source: String, archives: [RemoteArchive]) {
        self.name = name
        self.set = set
        self.source = source
        self.archives = archives
    }

    var members: [RemoteArchive.Member] { archives.flatMap(\.members) }
}

/// One file as the server has it. Nothing of it is believed before its size and its SHA-256 are right.
package struct RemoteArchive: Sendable, Hashable {
    package enum Packing: Sendable, Hashable {
        /// One compressed file.
        case gzip
        /// A compressed tar.
        case tar
    }

    /// One file that comes out of it.
    package struct Member: Sendable, Hashable {
        /// Its name inside the tar; without meaning for gzip.
        package let entry: String
        /// Its name in the folder, without slashes.
        package let file: String
        /// Bytes.
        package let size: Int

        package init(entry: String = "", file: String, size: Int) {
            self.entry = entry
            self.file = file
            self.size = size
        }
    }

    package let name: String
    package let packing: Packing
    /// Bytes.
    package let size: Int
    package let sha256: Digest
    package let members: [Member]

    package init(name: String, packing: Packing, size: Int, sha256: Digest, members: [Member]) {
        self.name = name
        self.packing = packing
        self.size = size
        self.sha256 = sha256
        self.members = members
    }
}
