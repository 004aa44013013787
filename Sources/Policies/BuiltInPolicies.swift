extension PolicyCatalogue {
    /// The policies every program has.
    public static let builtIn = PolicyCatalogue([
        PolicyEntry(name: "keep-all", summary: "keeps everyone: uniform sampling, the baseline") { _ in KeepAll() },
        PolicyEntry(
            name: "keep-fraction", summary: "keeps the best share of the survivors by mean score",
            parameters: [
                PolicyParameter(
                    "keep", .number(above: 0, through: 1), standard: .number(0.5), summary: "the share that is kept")
            ]
        ) { try KeepFraction(keep: $0.number("keep") ?? 0.5) },
        .confidentCut,
    ])
}
