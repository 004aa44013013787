import ArgumentParser
import Checkpoints
import Foundations
import Searches

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a child, a group or a run's history as a file other programs read.",
        discussion: """
            A child or a group is written as safetensors; shapes and names are PyTorch's. A dropped child is written with \
            the weights it left with. The history is one JSON document of all but weights. An existing file is replaced, \
            in one step.
            """)

    @Argument(help: ArgumentHelp("The run.", valueName: "run")) var name: String
    @Option(help: "The child, by label or genotype; without it the best.") var child: String?
    @Option(help: ArgumentHelp("The group of children, from 0: all its weights and statistics.", valueName: "g"))
    var group: Int?
    @Flag(help: "Recipe, rounds, scores, metrics, events and checkpoints as JSON.") var history = false
    @Option(help: ArgumentHelp("The file.", valueName: "file")) var out: String
    @OptionGroup var store: StoreOptions

    func validate() throws {
        let given = [child != nil ? "--child" : nil, group != nil ? "--group" : nil, history ? "--history" : nil]
            .compactMap { $0 }
        guard given.count < 2 else {
            throw ValidationError("\(given.joined(separator: " and ")): expected one of --child, --group and --history")
        }
        guard !out.isEmpty else { throw ValidationError("--out: expected a file, found nothing") }
    }

    func run() throws {
        let open = try CheckpointStore.open(store.folder(name), for: .reading)
        if history {
            let history = try RunHistory(open, name: name)
            try OutputFile.write(JSON.bytes(history) + [UInt8(ascii: "\n")], to: out)
            return Output.error("exported the history of \(name) to \(out)")
        }
        if let group {
            let stored = try StoredGroup.read(group, of: name, open)
            return try write(stored.tensors(), stored.metadata, "group \(group) of \(stored.count)")
        }
        guard let wanted = try child ?? RecordedRun(open, name: name).best else {
            throw Usage(message: "\(name): the run has not ended, no child is the best yet", hint: "give --child")
        }
        let stored = try StoredChild.read(wanted, of: name, open)
        try write(stored.tensors(), stored.metadata, "child \(stored.label)")
    }

    private func write(_ tensors: [Safetensors.Tensor], _ metadata: [String: String], _ what: String) throws {
        try OutputFile.write(Safetensors.file(tensors, metadata: metadata), to: out)
        Output.error("exported \(what) of \(name): \(tensors.count) tensors to \(out)")
    }
}
