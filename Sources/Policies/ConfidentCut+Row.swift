extension PolicyEntry {
    /// `use: confident-cut`
    static let confidentCut = PolicyEntry(
        name: "confident-cut",
        summary: "drops only children shown to be worse than k others, at a level over all rounds",
        parameters: [
            PolicyParameter(
                "keep", .number(above: 0, through: 20_000), standard: .number(4),
                summary: "k, the true leaders protected: a whole number, or below 1 a share of the first survivors"),
            PolicyParameter(
                "alpha", .number(above: 0, through: 0.5), standard: .number(0.1),
                summary: "the chance, over all rounds, that one of them is dropped"),
            PolicyParameter(
                "rho-at-most", .number(above: 0, through: 0.99), standard: .number(0.95),
                summary: "the largest correlation of neighbouring snapshots reckoned with"),
        ]
    ) { values in
        try ConfidentCut(
            keep: values.number("keep") ?? 4, alpha: values.number("alpha") ?? 0.1,
            rhoAtMost: values.number("rho-at-most") ?? 0.95)
    }
}
