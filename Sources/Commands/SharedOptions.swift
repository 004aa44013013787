import ArgumentParser
import Checkpoints
import Foundation
import Foundations
import Searches

/// Where runs live.
struct StoreOptions: ParsableArguments {
    @Option(help: "The folder runs live in; created when missing.")
    var checkpoints = "checkpoints"

    func validate() throws {
        var isFolder: ObjCBool = false
        guard !checkpoints.isEmpty else { throw ValidationError("--checkpoints: expected a folder, found nothing") }
        if FileManager.default.fileExists(atPath: checkpoints, isDirectory: &isFolder), !isFolder.boolValue {
            throw ValidationError("--checkpoints: expected a folder, found the file \(checkpoints)")
        }
    }

    func folder(_ run: String) throws -> RunFolder { try RunFolder(root: checkpoints, name: run) }

    func recorded(_ run: String) throws -> (run: RecordedRun, store: CheckpointStore) {
        let store = try CheckpointStore.open(folder(run), for: .reading)
        return (try RecordedRun(store, name: run), store)
    }
}

struct JSONOption: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output and nothing else.")
    var json = false
}

struct VerboseOption: ParsableArguments {
    @Flag(help: "Tell of every trained batch and every durable checkpoint on standard error.")
    var verbose = false
}

/// How work is done on this machine; never what it computes.
struct ExecutionOptions: ParsableArguments {
    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp("Threads; without it one for each processor. Results do not depend on it.", valueName: "n"))
    var wantedThreads: Int?

    @Option(help: ArgumentHelp("The folder of the data files, before the recipe's own.", valueName: "dir"))
    var data: String?

    var threads: Int { wantedThreads ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        guard 1...4096 ~= threads else { throw ValidationError("--threads: expected 1 to 4096, found \(threads)") }
    }

    func execution(allowInexact: Bool = false) -> Execution {
        // An empty value is as good as none: `ESPALIER_PASSES= espalier bench`.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        return Execution(
            threads: threads, kernels: environment["ESPALIER_KERNELS"], passes: environment["ESPALIER_PASSES"],
            data: data, allowInexact: allowInexact,
            fullWait: environment["ESPALIER_FULL_WAIT"].flatMap(Double.init).map { min(max($0, 0), 1e6) } ?? 60)
    }
}

/// Which recipe, and what of it is replaced: recipe, then flags, then --set.
struct RecipeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A recipe file or a built-in recipe; without it the demo.", valueName: "file"))
    var recipe: String?

    @Option(help: ArgumentHelp("The pruning policy: a built-in name, a policy file or a program.", valueName: "policy"))
    var policy: String?

    @Option(help: ArgumentHelp("The seed of everything random.", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Replace any key of the recipe, e.g. train.batch=64; may be repeated.", valueName: "key=value"))
    var settings: [String] = []

    func resolve() throws -> Recipe {
        try RecipeSource.read(recipe, policy: policy, seed: seed, settings: settings)
    }

    /// Of a fork: the file, or the origin's own recipe.
    func resolve(fork origin: Recipe, of run: String) throws -> Recipe {
        guard recipe == nil else { return try resolve() }
        return try RecipeSource.read(stored: origin, of: run, policy: policy, seed: seed, settings: settings)
    }
}
