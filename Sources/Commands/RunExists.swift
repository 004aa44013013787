import Checkpoints
import Foundations
import Searches

/// `search` with the name of a run that is there already. Nothing is overwritten and nothing silently ignored: the message
/// says that the stored recipe counts, and which keys of the given one differ.
struct RunExists: Complaint {
    let folder: RunFolder
    let differences: [String]

    /// Nil where there is no such run, or its store cannot be read: other errors say more then.
    init?(_ folder: RunFolder, recipe: Recipe) {
        guard folder.exists, let store = try? CheckpointStore.open(folder, for: .reading) else { return nil }
        defer { store.close() }
        guard let run = try? RecordedRun(store, name: folder.name),
            let differences = try? recipe.differences(from: run.recipe)
        else { return nil }
        self.folder = folder
        self.differences = differences
    }

    var exitCode: Foundations.ExitCode { .usage }
    var message: String { "cannot create run \(folder.path): it exists" }

    var hint: String {
        let shown = differences.prefix(4).joined(separator: "; ")
        let more = differences.count > 4 ? "; and \(differences.count - 4) more" : ""
        let same = differences.isEmpty ? "the same as this one" : "this one differs: \(shown)\(more)"
        return "go on with it: \(folder.resumeCommand), which uses its stored recipe (\(same)); or give another --run"
    }
}
