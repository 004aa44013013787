import Foundations

/// A figure for each row of scores and its mean and deviation over the rows.
package struct RowFigure: Sendable, Hashable, Codable {
    /// Nil (JSON `null`) where the figure is undefined, such as tau-b of a constant row.
    package let perRow: [Double?]
    /// Nil where a row is.
    @OrNull package var mean: Double?
    /// Population deviation (ddof 0); nil where a row is.
    @OrNull package var std: Double?
    /// Of the mean, where the rows are independent and enough; see ``SignFlip``.
    package let interval: Interval?

    /// - Parameter level: of the interval; nil where the rows are not independent.
    package init(_ perRow: [Double?], level: Double? = nil) {
        let moments = Moments(perRow)
        (self.perRow, mean, std) = (perRow, moments?.mean, moments?.std)
        let known = perRow.compactMap { $0 }
        interval = level.flatMap { level in
            moments == nil ? nil : (try? SignFlip(known)).flatMap { $0 }?.interval(level: level)
        }
    }
}
