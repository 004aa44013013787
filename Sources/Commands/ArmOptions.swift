import ArgumentParser
import Checkpoints
import Foundations
import Reports
import Searches

/// Which arms a comparison has.
struct ArmOptions: ParsableArguments {
    private static let usual = "demo-progressive"

    @Option(
        help: ArgumentHelp(
            "Recipe files, built-in recipes or controls of the first one, separated by commas.",
            valueName: "a.yaml,b.yaml"))
    var arms = ArmOptions.usual
    @Flag(help: "Add every control the first arm allows: what it is made of, taken away one at a time.")
    var controls = false
    @Option(
        help: ArgumentHelp(
            "Fork the arms of a seed from one run that has spent so much of the budget; before their first decision.",
            valueName: "fraction"))
    var trunk: Double?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Add an arm of this name: the first one with a key replaced; repeated with a name it replaces several.",
            valueName: "name:key=value"))
    var vary: [String] = []
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace a key in every arm's recipe; may be repeated.", valueName: "key=value"))
    var settings: [String] = []

    func validate() throws {
        guard let trunk else { return }
        guard trunk > 0, trunk < 1 else {
            throw ValidationError("--trunk: expected a fraction of the budget between 0 and 1, found \(trunk)")
        }
    }

    /// Options that say what is to be run, as far as they were given.
    var given: [String] {
        [
            (arms != ArmOptions.usual, "--arms"), (controls, "--controls"), (trunk != nil, "--trunk"),
            (!vary.isEmpty, "--vary"), (!settings.isEmpty, "--set"),
        ].filter(\.0).map(\.1)
    }

    struct Arms {
        var arms: [Comparison.Arm] = []
        /// Controls that the first arm does not allow, and why.
        var impossible: [(control: Control, why: String)] = []
        var notes: [String] = []
    }

    /// The arms at equal cost.
    ///
    /// - Throws: usage for names; what reading recipes, the truth and the data set throws.
    func arms(truth: String?, data: String?) throws -> Arms {
        let words = arms.split(separator: ",").map(String.init)
        guard let first = words.first else { throw Usage(message: "--arms: expected at least one recipe") }
        let own = try given(words)
        let equal = try Comparison.equalised(own, data: data)
        var set = Arms()
        if let budget = equal.from {
            set.notes.append(
                "\(budget.text) are taken as \(Numbers.scaled(equal.macs)) multiply-adds, what \(own[0].name) is "
                    + "foreseen to charge: equal cost is counted in multiply-adds")
        }
        let base = equal.recipes[0]
        let ground = try Control.Ground(base, truth: truth)
        set.arms = zip(own, equal.recipes).map { .init(name: $0.name, recipe: $1) }
        var names = words.dropFirst().filter { isControl($0) }
        if words.count == 1, vary.isEmpty { names += Controls.usual }
        if controls { names += Controls.all.map(\.name).filter { !names.contains($0) } }
        for name in names {
            guard let control = Controls.named(name) else { continue }
            if let why = try obstacle(control, base, ground, names) {
                // What was asked for by name has to be there.
                if words.contains(name) { throw Usage(message: "--arms: no control \(name) of \(first): \(why)") }
                set.impossible.append((control, why))
            } else if let arm = try control.arm(from: base, ground) {
                set.arms.append(arm)
                if let source = arm.paperOf, !names.contains(source) {
                    throw Usage(
                        message: "--arms: \(name) is worked out from \(source), which is not among the arms",
                        hint: "--arms \(first),\(source),\(name)")
                }
            }
        }
        try refuseTwice(set.arms.map(\.name))
        return set
    }

    /// Why there is no such control of the first arm; nil where there is one.
    private func obstacle(
        _ control: Control, _ base: Recipe, _ ground: Control.Ground, _ names: [String]
    ) throws -> String? {
        switch try control.recipe(from: base, ground) {
        case .impossible(let why): return why
        case .recipe(let made):
            return try trunk.flatMap { try Comparison.obstacle(made, trunkOf: base, until: $0) }
                .map { "with --trunk, \($0)" }
        case .paper(let source):
            guard names.contains(source), let control = Controls.named(source) else { return nil }
            return try obstacle(control, base, ground, names).map { "there is no \(source): \($0)" }
        }
    }

    private func refuseTwice(_ names: [String]) throws {
        guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else { return }
        guard !vary.contains(where: { $0.hasPrefix(twice + ":") }) else {
            throw Usage(
                message: "--vary: two arms are called \(twice)", hint: "take another NAME in --vary NAME:KEY=VALUE")
        }
        throw Usage(message: "--arms: two arms are called \(twice)", hint: "an arm is named after its recipe file")
    }

    private func isControl(_ word: String) -> Bool { Controls.named(word) != nil }

    /// The arms of `--vary` with the settings of each, in the order in which their names first appear.
    private func variants() throws -> [(name: String, settings: [String])] {
        var found: [(name: String, settings: [String])] = []
        for word in vary {
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("=") else {
                throw Usage(message: "--vary: expected NAME:KEY=VALUE, found \(word)")
            }
            if isControl(parts[0]) { throw Usage(message: "--vary: \(parts[0]) is the name of a control") }
            guard (try? RunFolder(root: ".", name: parts[0])) != nil else {
                throw Usage(
                    message: "--vary: \(parts[0].debugDescription) cannot be a part of a run's name",
                    hint: "take A-Z a-z 0-9 . _ -, beginning with a letter or digit, not ending in a full stop")
            }
            if let place = found.firstIndex(where: { $0.name == parts[0] }) {
                found[place].settings.append(parts[1])
            } else {
                found.append((parts[0], [parts[1]]))
            }
        }
        return found
    }

    private func given(_ words: [String]) throws -> [(name: String, recipe: Recipe)] {
        let sources = [words[0]] + words.dropFirst().filter { !isControl($0) }
        let read =
            try sources.map {
                (name: RecipeSource.title($0), recipe: try RecipeSource.read($0, settings: settings))
            }
            + variants().map {
                (
                    name: $0.name,
                    recipe: try RecipeSource.read(words[0], settings: settings, varied: ($0.name, $0.settings))
                )
            }
        try refuseTwice(read.map(\.name))
        return read
    }
}
