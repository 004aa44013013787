import Checkpoints
import Foundation
import Foundations
import Rankings

extension StandAloneTruth {
    /// What a finished run came to.
    package struct Result: Sendable, Hashable {
        /// On the images of the final score, 0 to 1.
        package let accuracy: Double
        package let loss: Double
        /// How many images that were.
        package let images: Int
        package let params: Int
        package let macs: Int
        /// Of training and scoring, as far as it reached a checkpoint.
        package let seconds: Double
    }

    /// What is there of a truth: the results, and the images the runs were made on.
    package struct Found: Sendable {
        package var results: [Member: Result] = [:]
        /// The SHA-256 of the images; nil before any run has read them.
        package var data: String?
    }

    /// Reads all runs of this truth that exist; those that are under way have no result yet.
    ///
    /// - Throws: ``SearchError/otherTruth(name:differences:)`` where a run was made with another recipe;
    ///   ``SearchError/dataChanged(set:recorded:found:)`` where two runs have seen other images.
    package func found() throws -> Found {
        try checkRecipe()
        var found = Found()
        let space = try recipe.space.resolve()
        for member in members {
            let folder = try RunFolder(root: root, name: member.run)
            guard folder.exists else { continue }
            let store = try CheckpointStore.open(folder, for: .reading)
            defer { store.close() }
            let run = try RecordedRun(store, name: folder.name)
            let own = recipe(of: member)
            guard run.recipe.identity(space: run.space) == own.identity(space: space) else {
                throw SearchError.otherTruth(name: name, differences: try own.differences(from: run.recipe))
            }
            try found.saw(run.state.data, set: recipe.data.set)
            if let result = run.finalResult { found.results[member] = result }
        }
        return found
    }

    /// Accuracies, a row a seed.
    package func table(_ found: Found) throws -> SeedTable {
        try SeedTable(
            children: children, seeds: seeds,
            values: seeds.map { seed in
                children.map { child in results(found, child).first { $0.seed == seed }?.result.accuracy }
            })
    }

    /// A child's results in the order of the seeds.
    package func results(_ found: Found, _ child: String) -> [(seed: UInt64, result: Result)] {
        seeds.compactMap { seed in
            found.results[member(child, seed)].map { (seed, $0) }
        }
    }
}

extension StandAloneTruth.Found {
    /// Notes which images a run has seen. - Throws: where they are not those of the others.
    mutating func saw(_ hash: String?, set: String) throws {
        guard let hash else { return }
        if let data, data != hash { throw SearchError.dataChanged(set: set, recorded: data, found: hash) }
        data = hash
    }
}

extension RecordedRun {
    /// The score of the only child of a finished run.
    var finalResult: StandAloneTruth.Result? {
        guard head.phase == .done, let row = scores[state.round - 1]?.first, let accuracy = row.accuracies.last,
            let loss = row.losses.last
        else { return nil }
        return .init(
            accuracy: accuracy, loss: loss, images: row.images, params: row.params, macs: row.macs, seconds: seconds)
    }
}
