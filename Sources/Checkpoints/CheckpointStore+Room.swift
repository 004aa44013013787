import Foundations
import Synchronization

extension CheckpointStore {
    /// Makes room inside the file, so that a commit may fit that did not.
    ///
    /// A commit cannot use what it sweeps itself, nor what the one before it swept: LMDB gives pages out again only
    /// when two newer commits exist, so that the last two states stay whole. So what the commit would have swept is
    /// swept first (the head and the checkpoint before it stay), and one more commit, of a single record, lets its
    /// pages go. Both take a few free pages; where there are none, nothing has changed.
    /// - Returns: false where there was no room even for that.
    func makeRoom(keep: Int) throws -> Bool {
        let known = state.withLock { $0.manifests }
        do {
            let dropped = try environment.write("make room in") { transaction in
                try transaction.renew()
                let tagged = try transaction.reads.tags().map(\.seq)
                return try transaction.sweep(known, keeping: max(2, keep - 1), and: Set(tagged))
            }
            state.withLock { state in
                for seq in dropped { state.manifests[seq] = nil }
            }
            try environment.write("make room in") { try $0.renew() }
            return true
        } catch let error as StoreError where error.isFull {
            return false
        }
    }
}
