import ArgumentParser
import Foundations
import Searches

/// The whole command line: one type a verb. A binary of a user's own runs it by ``run(_:)``.
package struct Espalier: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "espalier",
        abstract: "Search architectures with one weight-sharing supernet, pruned round by round.",
        discussion: """
            Everything a run does is kept in its folder under --checkpoints; a run that was interrupted goes on with \
            'espalier resume RUN' to the same bytes.
            """,
        version: Version.program,
        subcommands: [
            SearchCommand.self, ResumeCommand.self, RunsCommand.self, ShowCommand.self, CompareCommand.self,
            MetricsCommand.self, EvaluateCommand.self, ReportCommand.self, CheckpointCommand.self, SpaceCommand.self,
            DataCommand.self, RecipeCommand.self,
        ])

    package init() {}

    /// Parses and runs; what goes wrong is printed and becomes the exit status.
    package static func run(_ arguments: [String]) async -> Int32 {
        let json = arguments.contains("--json")
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return 0
        } catch let stopped as SearchStopped {
            return 128 + stopped.signal
        } catch let complaint as any Complaint {
            return fail(complaint, json: json)
        } catch {
            let code = exitCode(for: error)
            if code == .success {
                Output.line(fullMessage(for: error))
                return 0
            }
            // Only the parser's own errors know how to describe themselves as usage.
            guard code == .validationFailure else {
                return fail(Unexpected(message: "\(error)"), json: json)
            }
            if json { return fail(Usage(message: message(for: error)), json: true) }
            Output.error(fullMessage(for: error))
            return Foundations.ExitCode.usage.rawValue
        }
    }

    private static func fail(_ complaint: any Complaint, json: Bool) -> Int32 {
        if json {
            Output.json(
                ErrorDocument(
                    error: .init(
                        code: complaint.exitCode.rawValue, kind: complaint.exitCode.kind, message: complaint.message,
                        hint: complaint.hint)))
        } else {
            Output.error("error: \(complaint.message)")
            if !complaint.hint.isEmpty { Output.error("hint: \(complaint.hint)") }
        }
        return complaint.exitCode.rawValue
    }
}

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
