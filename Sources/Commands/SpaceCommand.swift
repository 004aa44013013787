import Architectures
import ArgumentParser
import Foundations
import Rankings
import Reports
import Searches

struct SpaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "space", abstract: "List and show search spaces.",
        subcommands: [List.self, Show.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the built-in spaces.")
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            struct Space: Encodable {
                let space: String
                let count: Int?
                let slots: Int
                let about: String
            }
            var schema = "espalier.spaces/1"
            let spaces: [Space]
        }

        func run() throws {
            let spaces = try SearchSpace.builtInNames.map { try SearchSpace.builtIn($0) }
            if output.json {
                return try Output.json(
                    Document(
                        spaces: spaces.map {
                            .init(space: $0.name, count: $0.count, slots: $0.slots.count, about: $0.about)
                        }))
            }
            var table = Table([.words("space"), .numbers("children"), .numbers("slots"), .words("about")])
            for space in spaces { table.add([space.name, space.countText, "\(space.slots.count)", space.about]) }
            try Output.write(table.plain)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a space and its children, or one child.",
            discussion:
                "Sizes are those of 32x32 colour images and ten classes, unless --side, --channels and --classes say otherwise."
        )

        @Argument(help: "A built-in space or a space file.") var space: String
        @Option(help: "One child by label or genotype.") var child: String?
        @Option(
            name: .customLong("set"), parsing: .singleValue,
            help: ArgumentHelp("Set a parameter of the space, e.g. cells=2; may be repeated.", valueName: "name=n"))
        var settings: [String] = []
        @Option(help: "Pixels a side.") var side = 32
        @Option(help: "Channels of an image.") var channels = 3
        @Option(help: "Classes.") var classes = 10
        @OptionGroup var output: JSONOption

        private struct Document: Encodable {
            struct Row: Encodable {
                let label: String
                let index: Int?
                let params: Int
                let macs: Int
                let genotype: String
            }
            var schema = "espalier.space-show/1"
            let space: String
            let count: Int?
            let children: [Row]
        }

        func validate() throws {
            for (name, value) in [("--side", side), ("--channels", channels), ("--classes", classes)] {
                guard 1...4096 ~= value else { throw ValidationError("\(name): expected 1 to 4096, found \(value)") }
            }
        }

        func run() throws {
            let space = try Recipe.SpaceChoice(use: space, parameters: parameters()).resolve()
            let input = FeatureShape(channels: channels, height: side, width: side)
            let children: [Child]
            if let child {
                children = [try space.child(named: child)]
            } else {
                children = Restriction(space).list(limit: 20_000) ?? []
            }
            let rows = try children.map { child -> Document.Row in
                let graph = try space.graph(of: child, input: input, classes: classes)
                return Document.Row(
                    label: space.label(of: child), index: space.index(of: child), params: graph.parameterCount,
                    macs: graph.multiplyAdds, genotype: space.genotype(of: child))
            }
            if output.json { return try Output.json(Document(space: space.name, count: space.count, children: rows)) }
            try Output.line("space \(space.name): \(space.countText) children, \(space.slots.count) slots")
            for slot in space.slots {
                try Output.line(plainText("  \(slot.name): \(slot.choices.joined(separator: ", "))"))
            }
            var table = Table([
                .words("child"), .numbers("index"), .numbers("params"), .numbers("MACs"), .words("genotype"),
            ])
            for row in rows {
                table.add([row.label, row.index.map { "\($0)" } ?? "", "\(row.params)", "\(row.macs)", row.genotype])
            }
            if !rows.isEmpty { try Output.write(table.plain) }
        }

        private func parameters() throws -> [String: Int] {
            var parameters: [String: Int] = [:]
            for setting in settings {
                let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let value = Int(parts[1]) else {
                    throw Usage(message: "--set \(setting): expected name=number")
                }
                parameters[parts[0]] = value
            }
            return parameters
        }
    }
}

/// The children of a space by name.
struct SearchSpaceNames: Hashable {
    private let space: SearchSpace

    init(_ space: SearchSpace) { self.space = space }

    /// Empty where the space is too large to list.
    private var children: [Child] { Restriction(space).list(limit: 20_000) ?? [] }

    /// Whether a label is one of its children's.
    func has(_ label: String) -> Bool { (try? space.child(label: label)) != nil }

    var labels: [String] { children.map { space.label(of: $0) } }

    /// The labels of all children that use an operator nowhere.
    func children(without name: String) throws -> [String] {
        let known = Set(space.slots.flatMap(\.choices))
        guard known.contains(name) else {
            throw Usage(
                message: "--without: space \(space.name) has no operator \(name)",
                hint: nearestName(to: name, among: known.sorted()).map { "did you mean \($0)?" }
                    ?? "it has \(known.sorted().joined(separator: ", "))")
        }
        return children.filter { child in
            !space.slots.indices.contains { space.choice(of: child, atSlot: $0) == name }
        }.map { space.label(of: $0) }
    }

    /// How many slots of a child choose an operator.
    func uses(of name: String, in label: String) throws -> Int { uses(of: name, in: try space.child(label: label)) }

    private func uses(of name: String, in child: Child) -> Int {
        space.slots.indices.count { space.choice(of: child, atSlot: $0) == name }
    }

    /// The rankings of these children that cost nothing: parameters, MACs (of 32x32 colour images and ten classes), and
    /// each operator; see ``FreeRanking/all(params:macs:uses:)``.
    /// - Throws: what naming a child of another space does.
    func freeRankings(_ labels: [String]) throws -> [FreeRanking] {
        let children = try labels.map { try space.child(named: $0) }
        let input = FeatureShape(channels: 3, height: 32, width: 32)
        let graphs = try children.map { try space.graph(of: $0, input: input, classes: 10) }
        var operators: [String] = []
        for name in space.slots.flatMap(\.choices) where !operators.contains(name) { operators.append(name) }
        return FreeRanking.all(
            params: graphs.map(\.parameterCount), macs: graphs.map(\.multiplyAdds),
            uses: operators.map { name in (name, children.map { uses(of: name, in: $0) }) })
    }
}
