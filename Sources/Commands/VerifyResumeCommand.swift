import ArgumentParser
import Foundation
import Foundations
import Searches

struct VerifyResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-resume", abstract: "Prove on this machine that killed runs end with the same bytes.",
        discussion: """
            Runs a small search to its end, then again and again with SIGKILL at random points and other numbers of \
            threads, resumes each until it is done, and compares digests, weights, momentum, statistics, rounds, scores \
            and metrics byte for byte. Everything happens in a temporary folder (TMPDIR), which is kept only where \
            something differs (exit 9).
            """)

    @Option(help: ArgumentHelp("A recipe file or a built-in recipe; without it a search of 2 s.", valueName: "file"))
    var recipe: String?
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace any key of the recipe; may be repeated.", valueName: "key=value"))
    var settings: [String] = []
    @Option(help: ArgumentHelp("How many kills must hit.", valueName: "n")) var kills = 10
    @Option(help: ArgumentHelp("The seed the points are drawn from.", valueName: "n")) var seed: UInt64 = 0
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var output: JSONOption

    private struct Document: Encodable {
        var schema = "espalier.verify-resume/1"
        let kills: Int
        let resumes: Int
        let runs: Int
        let seed: UInt64
        let digest: String
        let equal: Bool
        let differences: [StoreComparison.Difference]
        /// Where the runs are kept, where something differs.
        let folder: String?
    }

    func validate() throws {
        guard 1...10_000 ~= kills else { throw ValidationError("--kills: expected 1 to 10000, found \(kills)") }
    }

    func run() throws {
        let recipe = recipe ?? "verify-resume"
        _ = try RecipeSource.read(recipe, settings: settings)
        let folder = try makeFolder()
        let drill = ResumeDrill(
            recipe: ["--recipe", recipe] + settings.flatMap { ["--set", $0] },
            data: execution.data.map { ["--data", $0] } ?? [], folder: folder, kills: kills, seed: seed,
            threads: execution.threads, tell: Output.error)
        let outcome: ResumeDrill.Outcome
        do {
            outcome = try drill.run()
        } catch let cause as any Complaint
            where !(cause is Stopped) && ![.usage, .recipe, .dataset].contains(cause.exitCode)
        {
            // A resume that fails is the finding this verb is for.
            throw Unfinished(cause: cause, folder: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        let first = outcome.differences.first
        if first == nil { try? FileManager.default.removeItem(atPath: folder) }
        if output.json {
            try Output.json(
                Document(
                    kills: outcome.kills, resumes: outcome.resumes, runs: outcome.runs, seed: seed,
                    digest: outcome.digest, equal: first == nil, differences: outcome.differences,
                    folder: first == nil ? nil : folder))
        }
        if let first { throw Differs(first: first, count: outcome.differences.count, folder: folder) }
        guard !output.json else { return }
        try Output.line(
            "verify-resume: \(outcome.kills) kill\(outcome.kills == 1 ? "" : "s"), "
                + "\(outcome.resumes) resume\(outcome.resumes == 1 ? "" : "s"), seed \(seed): every byte is the same")
    }

    private func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "espalier-verify-resume-\(UUID())").path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        } catch {
            throw NoFolder(path: folder)
        }
        return folder
    }

    private struct NoFolder: Complaint {
        let path: String
        var exitCode: Foundations.ExitCode { .storage }
        var message: String { "\(path): cannot be made" }
        var hint: String { "set TMPDIR to a folder on a local disk that may be written" }
    }

    private struct Unfinished: Complaint {
        let cause: any Complaint
        let folder: String
        var exitCode: Foundations.ExitCode { cause.exitCode }
        var message: String { cause.message }
        var hint: String {
            (cause.hint.isEmpty ? "" : "\(cause.hint); ")
                + "runs and log are kept: \(ProgramName.current) runs --checkpoints \(folder)"
        }
    }

    struct Differs: Complaint, AnsweredInJSON {
        let first: StoreComparison.Difference
        let count: Int
        let folder: String
        var exitCode: Foundations.ExitCode { .numerics }
        var message: String {
            "verify-resume: \(first.run), \(first.record): expected \(first.expected), found \(first.found)"
                + (count > 1 ? " (the first of \(count) differences)" : "")
        }
        var hint: String { "runs and log are kept: \(ProgramName.current) runs --checkpoints \(folder)" }
    }
}
