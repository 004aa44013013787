import Foundations

/// Which parameters all children share, whatever group they are in: the first part of every sharing question, a
/// predicate on parameters.
///
/// Source of the modes: Zhang et al., "Deeper Insights into Weight Sharing in NAS", 4.3 and its code (`prefix` and
/// `name` sharing).
package enum CommonParameters: Hashable, Sendable {
    /// None: a group has everything to itself.
    case none
    /// The stem and the first `cells` cells; `cells` 0 is the stem alone. The head is never common.
    ///
    /// In deeper-insights that is what starts with `net.stem` or `net.cells.0.` up to `net.cells.(k-1).`, and with all
    /// cells only `net.linear` is left to the groups; in nas-bench-201 `stem.` and `cells.0.` up to `cells.(k-1).`, where
    /// the two reduction cells count too. A space's own names do not matter: ``Parameter/depth`` counts as the network
    /// is laid out. In a chain of choice blocks each block is a cell; layers between two cells belong to the one before.
    case prefix(cells: Int)
    /// The parameters whose names contain one of the words, statistics as well as weights.
    ///
    /// Only the convolutions' weights: in deeper-insights `net.stem.0.`, `net.stem.2.`, `net.1.weight`, `net.2.weight`
    /// (its cells' batch norms have no weights); in nas-bench-201 `stem.0.`, `op.1.weight`, `downsample.1.`.
    /// Everything but batch norms: those and the head, `net.linear` or `classifier`. Batch norms alone: `running_`,
    /// `num_batches_tracked`, and the affine ones `net.stem.1.`, `net.stem.3.`; in nas-bench-201 `stem.1.`, `op.2.`,
    /// `lastact.`. An exported child lists its names.
    case keyword([String])

    package func contains(_ parameter: Parameter) -> Bool {
        switch self {
        case .none: false
        case .prefix(let cells): parameter.depth.map { $0 <= cells } ?? false
        case .keyword(let words): words.contains { parameter.name.contains($0) }
        }
    }

    /// Refuses what a space's parameters cannot mean: more cells than there are, a word that no name contains.
    ///
    /// - Throws: ``SharingError``, exit 3.
    package func check(against parameters: [Parameter]) throws {
        switch self {
        case .none: break
        case .prefix(let cells):
            let most = parameters.compactMap(\.depth).max() ?? 0
            guard 0...most ~= cells else {
                throw SharingError(
                    "a common prefix of \(cells) cell\(cells == 1 ? "" : "s"), expected 0 to \(most)",
                    hint: "0 is the stem alone; in a chain every choice block is a cell")
            }
        case .keyword(let words):
            guard !words.isEmpty else { throw SharingError("common parameters by keyword without a word") }
            for word in words where !parameters.contains(where: { $0.name.contains(word) }) {
                throw SharingError(
                    "no parameter's name contains the common keyword '\(word.shortened)'",
                    hint: "names are such as \(parameters.prefix(3).map(\.name).joined(separator: ", "))")
            }
        }
    }
}
