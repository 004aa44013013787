import ArgumentParser
import Foundation
import Foundations
import Searches

/// The whole command line: one type a verb. A binary of a user's own runs it by ``EspalierCommand``.
package struct Espalier: AsyncParsableCommand {
    /// Made anew each time: the name of the program is the task's.
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: ProgramName.current,
            abstract: "Search architectures with one weight-sharing supernet, pruned round by round.",
            discussion: """
                Everything a run does is kept in its folder under --checkpoints; a run that was interrupted goes on with \
                '\(ProgramName.current) resume RUN' to the same bytes.
                """,
            version: Version.program,
            subcommands: [
                SearchCommand.self, ResumeCommand.self, RunsCommand.self, ShowCommand.self, ExplainCommand.self,
                CompareCommand.self, TruthCommand.self, MetricsCommand.self, EvaluateCommand.self, ReportCommand.self,
                CheckpointCommand.self, PolicyCommand.self, SpaceCommand.self, DataCommand.self, RecipeCommand.self,
                BenchCommand.self, VerifyResumeCommand.self,
            ])
    }

    package init() {}

    /// Parses and runs; what goes wrong is printed and becomes the exit status.
    package static func run(_ arguments: [String]) async -> Int32 {
        Output.reserveStreams()
        // A closed pipe shows where it is written to.
        signal(SIGPIPE, SIG_IGN)
        // As does a file that may not grow so far. Policy programs start with the signals' default actions.
        signal(SIGXFSZ, SIG_IGN)
        // Children that nobody waits for would vanish: some who start programs ignore this one, and that is inherited.
        signal(SIGCHLD, SIG_DFL)
        do {
            try await perform(arguments)
            return 0
        } catch is ReaderGone {
            return 0
        } catch let left as ChildLeft {
            return left.status
        } catch {
            return fail(complaint(of: error), json: arguments.contains("--json"))
        }
    }

    private static func perform(_ arguments: [String]) async throws {
        do {
            try refuseUnknownVerb(arguments)
            var command = try parseAsRoot(arguments)
            if let verb = command as? any OpensInChild, let opener = Opener.current {
                try opener.run(verb.opened, json: arguments.contains("--json"))
            } else if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch  where exitCode(for: error) == .success {
            // Help and the version are errors to the parser.
            try Output.line(fullMessage(for: error))
        }
    }

    /// The parser takes an unknown verb for an argument too many; this names the nearest verb.
    private static func refuseUnknownVerb(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = self
        for (depth, word) in arguments.enumerated() {
            let verbs = command.configuration.subcommands
            guard !verbs.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            if let verb = verbs.first(where: { $0.configuration.commandName == word }) {
                command = verb
                continue
            }
            let names = verbs.compactMap { $0.configuration.commandName }
            throw Usage(
                message: "unknown verb '\((arguments[..<depth] + [word]).joined(separator: " "))'",
                hint: nearestName(to: word, among: names).map { "did you mean '\($0)'?" }
                    ?? "there are \(names.joined(separator: ", "))")
        }
    }

    private static func complaint(of error: any Error) -> any Complaint {
        if let complaint = error as? any Complaint { return complaint }
        // Only the parser's own errors know how to describe themselves as usage.
        guard exitCode(for: error) == .validationFailure else { return Unexpected(message: "\(error)") }
        let help = fullMessage(for: error).firstMatch(of: /See '([^']+)'/).map { "see '\($0.1)'" } ?? ""
        let text = message(for: error)
        return Usage(message: text.prefix(1).lowercased() + text.dropFirst(), hint: help)
    }

    private static func fail(_ complaint: any Complaint, json: Bool) -> Int32 {
        let code = complaint.exitCode
        let hint = complaint.hint.isEmpty ? advice(code) : complaint.hint
        let document = ErrorDocument(
            error: .init(code: code.rawValue, kind: code.kind, message: complaint.message, hint: hint))
        if json, complaint is any AnsweredInJSON { return code.rawValue }
        if json, (try? Output.json(document)) != nil { return code.rawValue }
        let isStop = code.kind == Foundations.ExitCode.interrupted.kind
        Output.error(isStop ? complaint.message : "error: \(complaint.message)")
        if !hint.isEmpty { Output.error("hint: \(hint)") }
        return code.rawValue
    }

    /// What to do where an error has no hint of its own.
    private static func advice(_ code: Foundations.ExitCode) -> String {
        switch code {
        case .corrupt: "put a copy of the run's folder back, or search again under another name"
        case .version: "use the version of espalier that wrote it, or a newer one"
        case .internal: "this is a fault of espalier; please report it"
        default: ""
        }
    }
}

/// A complaint whose verb has printed its one JSON document already.
protocol AnsweredInJSON {}

private struct ErrorDocument: Encodable {
    struct Body: Encodable {
        let code: Int32
        let kind: String
        let message: String
        let hint: String
    }

    var schema = "espalier.error/1"
    let error: Body
}

/// A mistake on the command line that only a verb can see.
struct Usage: Complaint {
    let message: String
    var hint = ""
    var exitCode: Foundations.ExitCode { .usage }
}

/// An error nobody has written a text for.
private struct Unexpected: Complaint {
    let message: String
    var exitCode: Foundations.ExitCode { .internal }
}
