import Checkpoints
import Datasets
import Foundations

/// Runs are compared on the same images: what was picked on others is worth something else.
extension Comparison {
    /// Refuses arms whose recipes name different images.
    func checkImages() throws {
        guard let first = arms.first else { return }
        guard let other = arms.first(where: { $0.recipe.data.images != first.recipe.data.images }) else { return }
        let keys = ["data.set:", "data.resize:", "data.synthetic."]
        let differences = try other.recipe.differences(from: first.recipe)
            .filter { line in keys.contains { line.hasPrefix($0) } }
        throw SearchError.unequalArms(
            "\(other.name) sees other images than \(first.name): \(differences.first ?? "data")")
    }

    /// Refuses, before anything is run, files that are not those of the runs there are or of another arm. A run that goes
    /// on is held against its own.
    ///
    /// - Parameter tasks: the runs to be made.
    /// - Throws: ``SearchError/otherImages(of:than:expected:found:)``; what opening a data set throws.
    /// - Cost: each set is read and hashed once.
    func checkImages(of tasks: [Task], _ file: ComparisonFile, in root: String, execution: Execution) throws {
        var seen = file.images(in: root)
        var opened: Set<Recipe.DataChoice> = []
        for task in tasks {
            guard try !folder(of: task, file, in: root).exists else { continue }
            // A trunk is the first arm's.
            let arm = task.arm ?? arms[0]
            var data = arm.recipe.data.images
            data.folder = execution.data ?? arm.recipe.data.folder
            guard opened.insert(data).inserted else { continue }
            let hash = try data.open(folder: nil).contentHash().description
            seen.append((what: "arm \(arm.name)", hash: hash))
        }
        try ComparisonFile.checkSame(seen)
    }
}

extension ComparisonFile {
    /// The SHA-256 of the images of every run that has read them. What cannot be read is told of by those who need it.
    func images(in root: String) -> [(what: String, hash: String)] {
        var seen: [(what: String, hash: String)] = []
        for member in arms.flatMap(\.runs) {
            guard let hash = (try? member.folder(in: root).newest())?.state.data else { continue }
            seen.append((what: "run \(member.run)", hash: hash))
        }
        return seen
    }

    /// - Throws: ``SearchError/otherImages(of:than:expected:found:)`` where two are not the same.
    static func checkSame(_ seen: [(what: String, hash: String)]) throws {
        guard let first = seen.first, let other = seen.first(where: { $0.hash != first.hash }) else { return }
        throw SearchError.otherImages(of: other.what, than: first.what, expected: first.hash, found: other.hash)
    }
}

extension Recipe.DataChoice {
    /// What decides the images and their size, wherever they lie: neither roles nor augmentation.
    var images: Recipe.DataChoice {
        var images = self
        images.folder = nil
        images.holdOut = HoldOut()
        images.augmentation = .none
        if set != "synthetic" { images.synthetic = SyntheticRecipe() }
        return images
    }
}

extension Recipe {
    /// What the final choice rests on: images for picking, where decisions rest on rank images and there are any.
    var choosingRole: Role { score.role == .rank && data.holdOut.pick > 0 ? .pick : score.role }
}
