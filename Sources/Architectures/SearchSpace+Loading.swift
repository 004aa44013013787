import Foundation
import Foundations

extension SearchSpace {
    /// Reads an `espalier.space/1` text. Throws ``YAMLError`` (exit status 3) with line and key.
    package static func load(text: String, path: String) throws -> SearchSpace {
        try SearchSpace(SpaceDescription(StrictYAML.parse(text, path: path)))
    }

    package static var builtInNames: [String] { builtInTexts.map(\.name) }

    /// The spaces that need no file, as `spaces/NAME.yaml` has them.
    package static var builtInTexts: [(name: String, text: String)] {
        [("deeper-insights", deeperInsightsText), ("nas-bench-201", nasBench201Text)]
    }

    package static func builtIn(_ name: String) throws -> SearchSpace {
        guard let text = builtInTexts.first(where: { $0.name == name })?.text else {
            throw ArchitectureError(
                "there is no search space '\(name.shortened)'\(suggestion(for: name, among: builtInNames))",
                hint: "a space of your own is named by its file, such as spaces/my-space.yaml")
        }
        return try load(text: text, path: name)
    }

    /// A built-in name, or a file whose name ends in `.yaml` or `.yml` or has a slash.
    package static func resolve(_ nameOrPath: String) throws -> SearchSpace {
        let isPath = nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml")
        guard isPath else { return try builtIn(nameOrPath) }
        return try SearchSpace(SpaceDescription(StrictYAML.load(path: nameOrPath)))
    }

    /// The space with other values of its parameters. Throws ``ArchitectureError`` for an unknown name, ``YAMLError``
    /// where the network does not come out.
    package func with(parameters values: [String: Int]) throws -> SearchSpace {
        var root = description.root
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let names = description.parameters.map(\.name)
            guard names.contains(name) else {
                throw ArchitectureError(
                    "\(self.name) has no parameter '\(name.shortened)'\(suggestion(for: name, among: names))")
            }
            let mark = YAMLMark(source: "parameter \(name)=\(value)", line: 0)
            root = try root.setting("parameters.\(name)", to: .plain("\(value)", mark: mark))
        }
        return try SearchSpace(SpaceDescription(root))
    }
}
