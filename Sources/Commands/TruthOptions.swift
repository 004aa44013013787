import ArgumentParser
import Rankings
import Reports
import Searches

/// A truth to judge by, and a subset in which to judge.
struct TruthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A CSV of true accuracies with the columns label and gt_mean.", valueName: "file"))
    var truth: String?
    @Option(help: ArgumentHelp("The column that holds the truth.", valueName: "name"))
    var truthColumn = "gt_mean"
    @Option(help: ArgumentHelp("Runs a child behind gt_std, where the truth has no gt_runs.", valueName: "n"))
    var truthRuns: Int?
    @Option(help: ArgumentHelp("Judge also among the children without this operator.", valueName: "operator"))
    var without: String?

    func validate() throws {
        if truthRuns != nil, truth == nil { throw ValidationError("--truth-runs belongs to --truth FILE.csv") }
    }

    func table() throws -> TruthTable? {
        guard let truth else { return nil }
        let table = try TruthTable(csv: CommaSeparatedFile.text(truth), path: truth, column: truthColumn)
        return try truthRuns.map { try table.assuming(runs: $0) } ?? table
    }

    /// The table that was given, else the one built in for these images and children; nil where there is neither.
    func judging(_ builtIn: (name: String, text: String)?) throws -> JudgingTruth? {
        if let table = try table() { return JudgingTruth(table: table, stamps: []) }
        return try builtIn.map {
            JudgingTruth(
                table: try TruthTable(csv: $0.text, path: $0.name),
                stamps: ["Judged by the truth of the built-in images, \($0.name)."])
        }
    }

    /// A table as runs of a space are held against it: of the children they begin with only, beside rankings that cost
    /// nothing.
    ///
    /// - Parameter only: those children; empty stands for all of the space.
    func truth(_ table: TruthTable, of space: SearchSpaceNames, only: [String]) throws -> RunTruth {
        let children = Set(only)
        let own = try table.restricted(
            to: table.labels.filter { space.has($0) && (only.isEmpty || children.contains($0)) })
        // The run's own rows tell parameters and MACs.
        return RunTruth(
            own, subset: try subset(space), likelyBest: own.likelyBest,
            free: Array(try space.freeRankings(own.labels).dropFirst(2)))
    }

    /// That the truth can be read and names every child a run begins with: all of the space, or those of `only`.
    func check(_ choice: Recipe.SpaceChoice) throws {
        let space = try choice.resolve()
        let names = SearchSpaceNames(space)
        _ = try subset(names)
        guard let table = try table() else { return }
        _ = try table.places(of: choice.children(of: space)?.map { space.label(of: $0) } ?? names.labels)
    }

    func subset(_ space: SearchSpaceNames) throws -> (name: String, children: [String])? {
        guard let without else { return nil }
        return ("without \(without)", try space.children(without: without))
    }
}

/// A table of true values, and what is to be said of it wherever something is judged by it.
struct JudgingTruth {
    let table: TruthTable
    var stamps: [String]

    init(table: TruthTable, stamps: [String]) {
        self.table = table
        self.stamps = stamps
        if let missing = table.missingErrors {
            self.stamps.append("\(missing): no T*, no hit, and no error of the truth in any interval.")
        }
    }
}
