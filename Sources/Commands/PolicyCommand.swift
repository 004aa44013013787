import ArgumentParser
import Foundation
import Foundations
import Policies
import Reports
import Searches

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "List, show and check pruning policies.",
        subcommands: [List.self, Show.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the built-in policies.")
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.policies/1"
            let policies: [PolicyDocument]
        }

        func run() throws {
            let entries = PolicyCatalogue.current.entries
            if output.json { return try Output.json(Document(policies: entries.map(PolicyDocument.init))) }
            var table = Table([.words("policy"), .words("parameters"), .words("keeps")])
            for entry in entries {
                table.add([entry.name, entry.parameters.map(\.name).joined(separator: ", "), entry.summary])
            }
            try Output.write(table.plain)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a policy: its parameters, or what a program says of itself.")
        @Argument(help: PolicySource.help) var policy: String
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.policy-show/1"
            /// The name and version a policy goes by; of a built-in one its name.
            let policy: String
            let version: String?
            /// As a recipe has it; nil for a built-in name.
            let text: String?
            let parameters: [PolicyDocument.Parameter]
        }

        func run() async throws {
            if let entry = PolicyCatalogue.current.entries.first(where: { $0.name == policy }) {
                let document = PolicyDocument(entry)
                if output.json {
                    return try Output.json(
                        Document(policy: entry.name, version: nil, text: nil, parameters: document.parameters))
                }
                try Output.line("\(entry.name): \(entry.summary)")
                if let file = PolicyFiles.texts[entry.name + ".yaml"] { try Output.write("\n" + file + "\n") }
                var table = Table([.words("parameter"), .words("is"), .words("default"), .words("meaning")])
                for row in document.parameters { table.add([row.name, row.expected, row.default ?? "", row.about]) }
                if !table.rows.isEmpty { try Output.write(table.plain) }
                return
            }
            let specification = try PolicySource.read(policy, verb: "show")
            let made = try specification.make()
            let notes = try await made.greet()
            if output.json {
                return try Output.json(
                    Document(policy: made.name, version: made.version, text: specification.yaml, parameters: []))
            }
            for line in ["\(made.name) \(made.version)"] + notes + [specification.yaml] { try Output.line(line) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Try a policy on rounds of every kind and explain what is wrong.",
            discussion: """
                Asks for valid answers to ties, missing scores, one child, 2,000 children and more, for the same answer to the \
                same request, and for one that depends on neither the order nor the labels of the children. Whether its \
                decisions are any good is not looked at. What fails ends with exit code 8.
                """)
        @Argument(help: PolicySource.help) var policy: String
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            var schema = "espalier.policy-check/1"
            let policy: String
            let checks: [Conformance.Check]
        }

        func run() async throws {
            let report = await Conformance.check(try PolicySource.read(policy, verb: "check").make())
            if output.json {
                try Output.json(Document(policy: report.policy, checks: report.checks))
            } else {
                try Output.line(report.policy)
                for check in report.checks {
                    try Output.line("\(check.ok ? "ok    " : "FAILED")  \(check.name): \(check.detail)")
                }
            }
            let failed = report.checks.count { !$0.ok }
            if failed > 0 { throw CheckFailed(policy: report.policy, failed: failed, of: report.checks.count) }
        }
    }
}

/// A row of the catalogue for readers of JSON.
private struct PolicyDocument: Encodable {
    struct Parameter: Encodable {
        let name: String
        let expected: String
        /// As a policy file spells it; nil where it must be given.
        let `default`: String?
        let about: String
    }

    let policy: String
    let about: String
    let parameters: [Parameter]

    init(_ entry: PolicyEntry) {
        policy = entry.name
        about = entry.summary
        parameters = entry.parameters.map {
            Parameter(
                name: $0.name, expected: $0.range.description, default: $0.standard?.description, about: $0.summary)
        }
    }
}

/// A policy as a word of the command line names it.
private enum PolicySource {
    static let help: ArgumentHelp = "A built-in policy, a policy file (.yaml), or a program."

    static func read(_ word: String, verb: String) throws -> PolicySpecification {
        try PolicySpecification(YAMLNode(tree: .text(word, mark: YAMLMark(source: "policy \(verb)", line: 0))))
    }
}

/// Some checks of a policy failed; each has been explained.
private struct CheckFailed: Complaint, AnsweredInJSON {
    let policy: String
    let failed: Int
    let of: Int

    var exitCode: Foundations.ExitCode { .policy }
    var message: String { "\(policy): \(failed) of \(of) checks failed" }
    var hint: String { "policies/README.md says what is asked of a policy" }
}
