internal import Glibc

/// A folder of a data set.
struct DataFolder {
    let path: String

    /// The first of `folder`, `folder/child` that holds one of `names`; `folder` where none does, so that the missing
    /// file is named there.
    /// - Throws: ``DatasetError`` where `folder` is missing or not a folder.
    init(_ folder: String, child: String?, holding names: [String], hint: String) throws(DatasetError) {
        guard !folder.isEmpty, !folder.utf8.contains(0) else {
            throw DatasetError("data.folder", "expected the path of a folder, found none", hint: hint)
        }
        var status = stat()
        guard stat(folder, &status) == 0 else {
            let problem = errno == ENOENT || errno == ENOTDIR ? "no such folder" : errorText(errno)
            throw DatasetError(folder, problem, hint: hint)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw DatasetError(folder, "expected a folder, found a file", hint: hint)
        }
        let candidates = [folder] + (child.map { [join(folder, $0)] } ?? [])
        path = candidates.first { candidate in names.contains { exists(join(candidate, $0)) } } ?? folder
    }

    subscript(name: String) -> String { join(path, name) }

    /// The first of `names` that is there, or nil.
    func first(of names: [String]) -> String? {
        names.first { exists(self[$0]) }.map { self[$0] }
    }
}

func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
