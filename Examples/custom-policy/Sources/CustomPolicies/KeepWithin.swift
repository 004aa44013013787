import Espalier

/// Drops the children that are clearly behind: by more than so many standard errors of the difference to the best.
///
///     dropped: best - mean > errors * sqrt(seBest^2 + se^2)
///
/// A child without a mean or a standard error is kept: nothing speaks against it.
public struct KeepWithin: PruningPolicy {
    public let name = "keep-within"
    public let version = "1"
    /// Standard errors a child may be behind.
    public let errors: Double

    public init(errors: Double = 2) { self.errors = errors }

    public func decide(_ standing: Standing) async throws -> Verdict {
        let order = standing.bestFirst()
        guard let best = order.first, let top = best.mean, let spread = best.standardError else {
            return .keepingAll(of: standing)
        }
        var verdict = Verdict(keep: [], dropped: [], state: standing.state)
        for survivor in order {
            let error = survivor.standardError.map { ($0 * $0 + spread * spread).squareRoot() }
            if let mean = survivor.mean, let error, top - mean > errors * error {
                let reason = "\(survivor.meanInWords), more than \(errors) standard errors behind \(best.child)"
                verdict.dropped.append(.init(child: survivor.child, reason: reason))
            } else {
                verdict.keep.append(survivor.child)
            }
        }
        return verdict
    }
}

extension PolicyEntry {
    /// `{use: keep-within, errors: 2}` in a recipe.
    public static let keepWithin = PolicyEntry(
        name: "keep-within", summary: "drops the children clearly behind the best, by standard errors",
        parameters: [
            PolicyParameter(
                "errors", .number(above: 0, through: 100), standard: .number(2),
                summary: "standard errors a child may be behind")
        ]
    ) { KeepWithin(errors: $0.number("errors") ?? 2) }
}
