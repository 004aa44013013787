/// A colour by its role; the page's style knows the value for light and for dark.
///
/// The numbered ones are from Okabe and Ito, "Color universal design", 2008, told apart with every kind of colour vision.
/// No plot relies on them alone: lines carry labels or dashes, dots have shapes.
package enum Ink: Sendable, Hashable {
    /// 0 blue, 1 vermilion, 2 green, 3 purple, 4 orange, 5 sky blue; more begin again.
    case series(Int)
    /// As dark as text, half so, and hardly there.
    case text, quiet, faint

    static let count = 6

    var name: String {
        switch self {
        case .series(let place): "c\(((place % Ink.count) + Ink.count) % Ink.count)"
        case .text: "ct"
        case .quiet: "cq"
        case .faint: "cf"
        }
    }
}
