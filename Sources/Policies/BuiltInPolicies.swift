extension PolicyCatalogue {
    /// The policies every program has. A new one is one more row here and a file in `policies/`.
    public static let builtIn = PolicyCatalogue([
        PolicyEntry(name: "keep-all", summary: "keeps everyone: uniform sampling, the baseline") { _ in KeepAll() },
        PolicyEntry(
            name: "keep-fraction", summary: "keeps the best share of the survivors by mean score", parameters: [keep]
        ) { try KeepFraction(keep: $0.number("keep") ?? 0.5) },
        .confidentCut,
        PolicyEntry(
            name: "successive-halving",
            summary: "keeps one child in eta at each decision; every rung gets an equal part of the budget",
            parameters: [
                PolicyParameter(
                    "eta", .number(above: 1, through: 1_000), standard: .number(2), summary: "one child in eta is kept"),
                PolicyParameter(
                    "least", .integer(1...1_000_000), standard: .integer(1), summary: "fewer are never left"),
            ]
        ) { try SuccessiveHalving(eta: $0.number("eta") ?? 2, least: $0.integer("least") ?? 1) },
        PolicyEntry(
            name: "drop-operators",
            summary: "drops the lowest choices of the slots and every child that has one; for spaces too large to list",
            parameters: [
                PolicyParameter(
                    "by", .word(DropOperators.Measure.allCases.map(\.rawValue)), standard: .word("effect"),
                    summary: "what a choice is scored by"),
                PolicyParameter(
                    "drop", .number(above: 0, through: 1_000_000), standard: .number(1),
                    summary: "choices dropped a decision; below 1 a share of those alive"),
            ]
        ) {
            try DropOperators(by: .init(rawValue: $0.word("by") ?? "effect") ?? .effect, drop: $0.number("drop") ?? 1)
        },
        PolicyEntry(
            name: "regret-guard", summary: "wraps a policy; the best of those it drops can still come back",
            parameters: [
                PolicyParameter(
                    "wrap", .policy, standard: .policy(PolicySpecification(use: "keep-fraction")),
                    summary: "the policy that decides"),
                PolicyParameter(
                    "probation", .integer(1...1_000_000), standard: .integer(4),
                    summary: "how many of the newly dropped go on being scored"),
                PolicyParameter(
                    "rounds", .integer(1...1_000_000), standard: .integer(1),
                    summary: "for how many decisions each of them may come back"),
            ]
        ) {
            try RegretGuard(
                wrapping: try $0.policy("wrap") ?? KeepAll(), probation: $0.integer("probation") ?? 4,
                rounds: $0.integer("rounds") ?? 1)
        },
        PolicyEntry(
            name: "oracle", summary: "keeps the best share by a table of true values: the upper bound, not a search",
            parameters: TruthFile.parameters, complete: { try TruthFile.complete(&$0, of: "oracle") }
        ) { try Oracle(truth: $0.word("truth") ?? "", keep: $0.number("keep") ?? 0.5) },
        PolicyEntry(
            name: "inverse-oracle", summary: "keeps the worst share by a table of true values: the lower bound",
            parameters: TruthFile.parameters, complete: { try TruthFile.complete(&$0, of: "inverse-oracle") }
        ) { try InverseOracle(truth: $0.word("truth") ?? "", keep: $0.number("keep") ?? 0.5) },
        PolicyEntry(
            name: "params", summary: "keeps the share with the most parameters, whatever the scores: a free baseline",
            parameters: [keep, prefer]
        ) { try Params(keep: $0.number("keep") ?? 0.5, prefer: $0.sizeOrder) },
        PolicyEntry(
            name: "macs", summary: "keeps the share with the most multiply-adds, whatever the scores: a free baseline",
            parameters: [keep, prefer]
        ) { try MACs(keep: $0.number("keep") ?? 0.5, prefer: $0.sizeOrder) },
        PolicyEntry(
            name: "random", summary: "keeps a share drawn at random: what a policy must beat", parameters: [keep]
        ) { try RandomChoice(keep: $0.number("keep") ?? 0.5) },
    ])

    private static let keep = PolicyParameter(
        "keep", .number(above: 0, through: 1), standard: .number(0.5), summary: "the share that is kept")
    private static let prefer = PolicyParameter(
        "prefer", .word(SizeOrder.allCases.map(\.rawValue)), standard: .word("larger"), summary: "which end is kept")
}

extension PolicyArguments {
    fileprivate var sizeOrder: SizeOrder { SizeOrder(rawValue: word("prefer") ?? "") ?? .larger }
}
