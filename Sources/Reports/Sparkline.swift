/// A curve in one line of text, of eight heights.
package enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// Means of `width` equal parts of the values, from the lowest to the highest mean; values that are not finite count
    /// for nothing. Constant ones stand in the middle; none give an empty text.
    package static func text(_ values: [Double], width: Int) -> String {
        let known = values.filter(\.isFinite)
        guard !known.isEmpty, width > 0 else { return "" }
        let count = min(width, known.count)
        let means = (0..<count).map { part -> Double in
            let slice = known[(part * known.count / count)..<((part + 1) * known.count / count)]
            return slice.reduce(0) { $0 + $1 / Double(slice.count) }
        }
        guard let low = means.min(), let high = means.max() else { return "" }
        return String(
            means.map { mean in
                let share = (mean - low) / (high - low)
                return blocks[share.isFinite ? min(7, Int(share * 8)) : 3]
            })
    }
}
