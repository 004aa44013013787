import Checkpoints
import Foundations
import Reports
import Searches

extension Searcher {
    /// Starts a run and works until it is finished.
    ///
    /// Where the task is cancelled, the run stops after a durable checkpoint; ``resume(_:events:)`` goes on from there
    /// to the same bytes.
    ///
    /// - Parameters: `recipe`, what decides the run; `run`, its name (`[A-Za-z0-9][A-Za-z0-9._-]*`, at most 64);
    ///   `events`, called by the search at work: what takes long there delays it.
    /// - Returns: the finished run.
    /// - Throws: ``SearchFailure`` (a name that is taken: status 2); `CancellationError`.
    public func start(
        _ recipe: SearchRecipe, run: String, events: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) async throws -> SearchResult {
        try await work {
            try ProgressiveSearch.start(
                name: run, recipe: recipe.recipe, in: checkpoints, execution: execution,
                observer: EventObserver(events))
        }
    }

    /// Goes on with a run from its newest checkpoint; a finished one is read.
    ///
    /// - Parameters: `run`, its name; `events`, called by the search at work.
    /// - Returns: the finished run.
    /// - Throws: as ``start(_:run:events:)``; status 3 where the run's policy is not among ``policies``, 9 where this
    ///   machine would compute other bits.
    public func resume(
        _ run: String, events: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) async throws -> SearchResult {
        let recorded = try result(of: run)
        if recorded.best != nil { return recorded }
        return try await work {
            try ProgressiveSearch.resume(
                name: run, in: checkpoints, execution: execution, observer: EventObserver(events))
        }
    }

    /// What is recorded of a run, whoever made it and whether or not it is at work. Its policy need not be known.
    /// - Throws: ``SearchFailure``.
    public func result(of run: String) throws -> SearchResult {
        try known {
            let store = try CheckpointStore.open(RunFolder(root: checkpoints, name: run), for: .reading)
            defer { store.close() }
            return SearchResult(try RecordedRun(store, name: run).record(storeBytes: store.bytesOnDisk))
        }
    }

    /// The names of the runs in ``checkpoints``, in alphabetical order.
    /// - Throws: ``SearchFailure`` where the folder cannot be read.
    public func runs() throws -> [String] { try known { try RunFolder.list(checkpoints).map(\.name) } }

    private var execution: Execution { Execution(threads: threads, data: data) }

    private func work(_ open: () throws -> ProgressiveSearch) async throws -> SearchResult {
        guard 1...4096 ~= threads else {
            throw SearchFailure(BadValue(message: "threads: expected 1 to 4096, found \(threads)"))
        }
        let search = try known(open)
        do {
            return SearchResult(try await search.run())
        } catch is SearchStopped {
            throw CancellationError()
        } catch {
            throw SearchFailure(error)
        }
    }
}

/// A value no search can be carried out with.
private struct BadValue: Complaint {
    let message: String
    var exitCode: ExitCode { .usage }
}
