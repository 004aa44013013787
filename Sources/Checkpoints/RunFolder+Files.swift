import Foundations

extension RunFolder {
    /// Refuses a link, a fifo, or anything else in the place of one of the run's own files, before any of them is opened.
    ///
    /// Whoever can put something else there between this look and LMDB's own opening by path is the user himself: the folder
    /// is closed to others (mode 0700). Every file this program opens itself is opened with `O_NOFOLLOW` as well.
    ///
    /// - Throws: exit 5 with the path.
    func refuseForeignFiles() throws {
        for path in [card, lock, database + "/data.mdb", database + "/lock.mdb"] where Files.exists(path) {
            if !Files.isFile(path) { throw foreign(path, "a file") }
        }
        if Files.exists(database), !Files.isFolder(database) { throw foreign(database, "a folder") }
    }

    private func foreign(_ path: String, _ expected: String) -> StoreError {
        StoreError(
            .corrupt, cannot: "open", path,
            because: "found a link or something else, expected \(expected) of the run's own",
            hint: "put back what was there; runs are moved whole, and --checkpoints says where they are")
    }
}
