import Architectures
import Checkpoints
import Datasets
import Foundations

/// Watches the making of a truth.
package protocol TruthObserver: SearchObserver {
    /// A stand-alone training begins or goes on.
    func begins(_ run: TruthProgress)
    func ended(_ run: TruthProgress, _ result: StandAloneTruth.Result)
}

/// Where the making of a truth stands.
package struct TruthProgress: Sendable {
    package let member: StandAloneTruth.Member
    /// Its place, from 1, among all runs this call is for, and how many those are.
    package let number: Int
    package let total: Int
    /// The work of this run and of those after it, in the same unit: an image's multiply-adds, or runs where the budget is
    /// in multiply-adds.
    package let work: Double
    package let workAfter: Double
}

extension StandAloneTruth {
    /// What a call has left undone.
    package struct Rest: Sendable {
        /// Another process is at work on them.
        package var elsewhere: [Member] = []
        /// They ended in numbers that are not finite; what was said of each.
        package var diverged: [(member: Member, problem: String)] = []

        package init() {}
    }

    /// Runs what is not done yet of one part, or of everything.
    ///
    /// A training that diverges is left, so that it does not keep the others from being made.
    ///
    /// - Throws: ``SearchStopped``; ``SearchError/otherTruth(name:differences:)`` before anything is run; errors about the
    ///   images before any run is made.
    package func run(
        shard: Shard? = nil, in found: Found, execution: Execution, observer: any TruthObserver
    ) async throws -> Rest {
        let all = members(of: shard)
        let missing = all.filter { found.results[$0] == nil }
        var rest = Rest()
        guard !missing.isEmpty else { return rest }
        let dataset = try images(found, execution)
        let work = try work(of: missing, on: dataset)
        try checkRoom(Set(missing.map(\.child)), on: dataset)
        try writeCard()
        var workAfter = work.values.reduce(0, +)
        for (place, member) in missing.enumerated() {
            if observer.shouldStop { throw SearchStopped(signal: observer.signal) }
            let own = work[member] ?? 1
            workAfter -= own
            let progress = TruthProgress(
                member: member, number: all.count - missing.count + place + 1, total: all.count, work: own,
                workAfter: max(0, workAfter))
            observer.begins(progress)
            do {
                observer.ended(progress, try await make(member, execution: execution, observer: observer))
            } catch let error as StoreError where error.exitCode == .locked {
                rest.elsewhere.append(member)
            } catch let error as SearchError where error.exitCode == .diverged {
                rest.diverged.append((member, error.message))
                try observer.note(error.message)
            }
        }
        return rest
    }

    /// Trains one child with one seed, or goes on where that was left, and then makes its store small.
    private func make(
        _ member: Member, execution: Execution, observer: any SearchObserver
    ) async throws -> Result {
        let folder = try RunFolder(root: root, name: member.run)
        let search: ProgressiveSearch
        if folder.exists {
            search = try .resume(name: member.run, in: root, execution: execution, observer: observer)
        } else {
            search = try .start(
                name: member.run, recipe: recipe(of: member), in: root, execution: execution, observer: observer)
        }
        defer { search.store.close() }
        _ = try await search.run()
        let result = try RecordedRun(search.store, name: member.run).finalResult
        guard let result else { throw SearchError.unreadableState(run: member.run, what: "final score") }
        search.store.close()
        // Only room is lost where a reader keeps this from being done.
        _ = try? CheckpointStore.compact(folder) { copy in
            let parts = copy.split(separator: "/", omittingEmptySubsequences: false)
            let store = try CheckpointStore.open(
                RunFolder(root: parts.dropLast().joined(separator: "/"), name: member.run), for: .reading)
            defer { store.close() }
            _ = try RecordedRun(store, name: member.run)
        }
        return result
    }

    /// The images, which are those of the runs there are and hold the role of the final score.
    private func images(_ found: Found, _ execution: Execution) throws -> Dataset {
        let dataset = try recipe.data.open(folder: execution.data)
        var found = found
        try found.saw(dataset.contentHash().description, set: recipe.data.set)
        for role in [recipe.score.role, .train] where dataset.count(of: role) == 0 {
            throw SearchError.emptyRole(role.rawValue)
        }
        return dataset
    }

    private func work(of members: [Member], on dataset: Dataset) throws -> [Member: Double] {
        guard recipe.train.budget.unit != .macs else {
            return Dictionary(members.map { ($0, 1) }, uniquingKeysWith: { $1 })
        }
        let costs = try multiplyAdds(Set(members.map(\.child)), on: dataset)
        return Dictionary(members.map { ($0, costs[$0.child] ?? 1) }, uniquingKeysWith: { $1 })
    }

    /// Of one image, by child.
    private func multiplyAdds(_ children: Set<String>, on dataset: Dataset) throws -> [String: Double] {
        let space = try recipe.space.resolve()
        let images = dataset.training
        let input = FeatureShape(channels: images.channels, height: images.height, width: images.width)
        var costs: [String: Double] = [:]
        for child in children {
            let graph = try space.graph(of: space.child(label: child), input: input, classes: dataset.classes)
            costs[child] = Double(graph.multiplyAdds)
        }
        return costs
    }

    /// Whether the budget pays for every child's final score and a batch before it: known before anything is written.
    ///
    /// - Throws: ``SearchError/truthTooSmall(scoring:budget:)``
    func checkRoom(_ children: Set<String>, on dataset: Dataset) throws {
        let budget = recipe.train.budget
        guard budget.unit == .images || budget.unit == .macs else { return }
        let images = recipe.scoredImages(
            isFinal: true, Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, dataset.count(of: $0)) }))
        let inMACs = budget.unit == .macs
        let each = inMACs ? try multiplyAdds(children, on: dataset).values.max() ?? 0 : 1
        let batch = Double(recipe.train.batch) * (inMACs ? 3 : 1)
        guard (images + batch) * each > budget.amount else { return }
        throw SearchError.truthTooSmall(
            scoring: Budget(budget.unit, (images * each).rounded()).text, budget: budget.text)
    }
}
