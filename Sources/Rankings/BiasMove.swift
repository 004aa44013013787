/// What became of a bias whose change is shown.
package enum BiasMove: String, Sendable, Hashable, Codable {
    case grew
    case shrank
    /// It favours now what it was against: the signs differ, and either effect is a quarter of the change or more. A sign of
    /// less than that is taken for noise about nothing.
    case reversed

    init(from earlier: Double, to later: Double) {
        let turned = earlier * later < 0 && min(abs(earlier), abs(later)) >= abs(later - earlier) / 4
        self = turned ? .reversed : abs(later) > abs(earlier) ? .grew : .shrank
    }
}
