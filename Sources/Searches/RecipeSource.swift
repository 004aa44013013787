import Foundation
import Foundations
import Policies

/// Finds a recipe and puts flags and settings into it.
package enum RecipeSource {
    /// - Parameters:
    ///   - source: a file, the name of a built-in recipe, or nil for the demo.
    ///   - settings: `path.to.key=value`, last of all.
    ///   - varied: settings of one arm of a comparison, after those of all.
    package static func read(
        _ source: String?, policy: String? = nil, seed: UInt64? = nil, settings: [String] = [],
        varied: (arm: String, settings: [String])? = nil
    ) throws -> Recipe {
        let given =
            settings.map { (option: "--set ", text: $0) }
            + (varied?.settings ?? []).map { (option: "--vary \(varied?.arm ?? ""):", text: $0) }
        return try changed(parse(source ?? "demo"), policy: policy, seed: seed, settings: given)
    }

    /// A run's own recipe with flags and settings put into it.
    package static func read(
        stored recipe: Recipe, of run: String, policy: String?, seed: UInt64?, settings: [String]
    ) throws -> Recipe {
        let node = try StrictYAML.parse(recipe.text, path: "\(run): stored recipe")
        return try changed(node, policy: policy, seed: seed, settings: settings.map { ("--set ", $0) })
    }

    private static func changed(
        _ node: YAMLNode, policy: String?, seed: UInt64?, settings: [(option: String, text: String)]
    ) throws -> Recipe {
        var node = node
        if let policy { node = try node.setting("policy", to: .text(policy, mark: .init(source: "--policy", line: 0))) }
        if let seed {
            let mark = YAMLMark(source: "--seed", line: 0)
            node = try node.setting("seed", to: .plain("\(seed)", mark: mark)).removing("seeds")
        }
        for (option, setting) in settings {
            // One seed for everything and a seed for each purpose exclude each other; the later one wins.
            if setting.hasPrefix("seeds") { node = node.removing("seed") }
            if setting.hasPrefix("seed=") { node = node.removing("seeds") }
            node = try node.setting(setting, option: option)
        }
        return try Recipe(node)
    }

    /// The base name for runs of a recipe: the file's name without its ending.
    package static func title(_ source: String?) -> String {
        let name = ((source ?? "demo") as NSString).lastPathComponent
        return (name as NSString).deletingPathExtension
    }

    private static func parse(_ source: String) throws -> YAMLNode {
        if let text = BuiltInRecipes.texts[source] { return try StrictYAML.parse(text, path: source) }
        if !source.contains("/"), !source.contains("."), !FileManager.default.fileExists(atPath: source) {
            throw UnknownRecipe(name: source)
        }
        return try StrictYAML.load(path: source)
    }
}

/// Neither a file nor the name of a built-in recipe.
package struct UnknownRecipe: Complaint, Equatable {
    let name: String

    package var exitCode: ExitCode { .usage }
    package var message: String { "there is no recipe \(name.debugDescription), neither a file nor built in" }
    package var hint: String {
        let names = BuiltInRecipes.texts.keys.sorted()
        return nearestName(to: name, among: names).map { "did you mean \($0)?" }
            ?? "built in are \(names.joined(separator: ", "))"
    }
}

extension YAMLNode {
    /// Without a key of the top level.
    func removing(_ key: String) -> YAMLNode {
        guard case .mapping(let entries) = tree.content else { return self }
        var copy = self
        copy.tree.content = .mapping(entries.filter { $0.key != key })
        return copy
    }
}
