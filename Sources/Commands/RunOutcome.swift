import Checkpoints
import Foundations
import Reports
import Searches

/// How a search begins and ends for the one who started it.
enum RunOutcome {
    /// Starts a new run. Where that fails after the run was made, the error says that it exists and how to go on.
    static func begin(_ folder: RunFolder, _ make: () throws -> ProgressiveSearch) throws -> ProgressiveSearch {
        let wasThere = folder.exists
        do {
            return try make()
        } catch let cause as any Complaint where !wasThere && folder.exists && !isTaken(cause) {
            throw NotBegun(cause: cause, folder: folder)
        }
    }

    /// Another search has made a run of that name meanwhile: it is that one's.
    private static func isTaken(_ cause: any Complaint) -> Bool {
        (cause as? StoreError).map { $0.kind == .usage && $0.operation == CheckpointStore.creating } ?? false
    }

    static func finish(_ search: ProgressiveSearch, _ folder: RunFolder, watch: Watch, json: Bool) async throws {
        do {
            let record = try await search.run()
            watch.clear()
            try show(record, json: json)
        } catch let stopped as SearchStopped {
            watch.clear()
            throw Stopped(
                signal: stopped.signal, subject: "run \(folder.name)", hint: "go on with: \(folder.resumeCommand)")
        } catch let cause as any Complaint where cause.exitCode == .policy {
            watch.clear()
            throw Undecided(cause: cause, folder: folder, isLooping: search.isLooping)
        } catch {
            watch.clear()
            throw error
        }
    }

    static func show(_ record: RunRecord, json: Bool) throws {
        if json { return try Output.json(record) }
        try Output.line(RunText.summary(record))
    }
}

/// A run that exists but could not begin: its data or its recipe is wrong.
private struct NotBegun: Complaint {
    let cause: any Complaint
    let folder: RunFolder

    var exitCode: Foundations.ExitCode { cause.exitCode }
    var message: String { cause.message }
    var hint: String { cause.hint.isEmpty ? next : "\(cause.hint); \(next)" }

    private var next: String {
        switch exitCode {
        case .dataset where !concernsRecipe: "the run exists, go on with: \(folder.resumeCommand) --data DIR"
        case .storage, .locked: "the run exists, go on with: \(folder.resumeCommand)"
        default: "the run exists with this recipe; after mending it, remove \(folder.path) or give another --run"
        }
    }

    /// Other files do not help.
    private var concernsRecipe: Bool { message.hasPrefix("data.") && !message.hasPrefix("data.folder") }
}

/// A run whose policy failed: nothing is pruned, and nothing lost.
private struct Undecided: Complaint {
    let cause: any Complaint
    let folder: RunFolder
    let isLooping: Bool

    var exitCode: Foundations.ExitCode { cause.exitCode }
    var message: String { cause.message }
    var hint: String {
        let command = isLooping ? folder.command("resume \(folder.name) --retry") : folder.resumeCommand
        return (cause.hint.isEmpty ? "" : "\(cause.hint); ")
            + "nothing was pruned; mend the policy and go on with: \(command)"
    }
}

/// Work that was left because of a signal; what a search had done is durable.
struct Stopped: Complaint {
    let signal: Int32
    let subject: String
    let hint: String
    var isDurable = true

    var exitCode: Foundations.ExitCode { ExitCode(rawValue: 128 + signal) ?? .terminated }
    var message: String {
        "\(subject) has stopped on \(StopSignals.name(signal))\(isDurable ? "; everything done is durable" : "")"
    }
}
