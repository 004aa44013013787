import Foundation

/// The choices that live, slot by slot, and what each is worth.
///
/// A choice lives where its slot still allows it; in a space all of whose children are listed it must also have a survivor,
/// since children may have been dropped one by one. A value is that of ``Standing/operators`` of the kind asked for.
/// Where the standing holds no finite value of that kind, `mean` is computed here, over the survivors with the choice that
/// have a finite mean, and `effect` as that less the mean over all of them: exact where the choices of the slots are
/// balanced against each other, confounded elsewhere. An angle cannot be computed here, so without angles no choice has a
/// score.
///
/// Sums run in the order of the children's choices, so that the order of the survivors cannot change a bit of them.
struct ChoiceScores {
    struct Row {
        /// Places of the slot in the space and of the choice in a child's `choices`.
        let slot: Int
        let index: Int
        let name: String
        let value: Double
        /// "mean accuracy 0.4100 over 16 children"
        let words: String
        let draw: UInt64

        func isHeld(by survivor: Survivor) -> Bool {
            slot < survivor.choices.count && survivor.choices[slot] == index
        }
    }

    /// Those with a finite score, lowest first.
    private(set) var lowestFirst: [Row] = []
    /// How many choices of each slot live.
    private(set) var livingBySlot: [Int] = []
    /// How many live in all.
    var living: Int { livingBySlot.reduce(0, +) }

    init(_ standing: Standing, by measure: DropOperators.Measure) {
        let survivors = standing.survivors.filter { $0.choices.count == standing.space.slots.count }
            .sorted { $0.choices.lexicographicallyPrecedes($1.choices) }
        let overall = Self.mean(of: survivors)
        let kind = survivors.lazy.compactMap(\.scores.last?.kind).first ?? "score"
        var told: [String: [String: Double]] = [:]
        for row in standing.operators where row.kind == measure.rawValue {
            if let value = row.value.finite { told[row.slot, default: [:]][row.choice] = value }
        }
        for (place, slot) in standing.space.slots.enumerated() {
            let holders = Dictionary(grouping: survivors) { $0.choices[place] }
            let choices = zip(slot.indices, slot.choices).filter { !standing.isListed || holders[$0.0] != nil }
            livingBySlot.append(choices.count)
            for (index, name) in choices {
                let own = holders[index] ?? []
                let computed = measure == .angle || !told.isEmpty ? nil : Self.mean(of: own)
                let less = measure == .effect ? overall ?? 0 : 0
                guard let value = told[slot.name]?[name] ?? computed.map({ $0 - less }) else { continue }
                lowestFirst.append(
                    Row(
                        slot: place, index: index, name: name, value: value,
                        words: Self.words(measure, value, kind) + " over \(own.count) children",
                        draw: tieDraw(seed: standing.seed, round: standing.round, choices: [-1, place, index])))
            }
        }
        lowestFirst.sort { ($0.value, $0.draw, $0.slot, $0.index) < ($1.value, $1.draw, $1.slot, $1.index) }
    }

    private static func mean(of survivors: [Survivor]) -> Double? {
        let means = survivors.compactMap(\.mean.finite)
        return means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
    }

    private static func words(_ measure: DropOperators.Measure, _ value: Double, _ kind: String) -> String {
        func digits(_ number: Double) -> String { String(format: "%.4f", number) }
        return switch measure {
        case .mean: "mean \(kind) \(digits(kind == "loss" ? -value : value))"
        case .effect: "effect \(String(format: "%+.4f", value)) on \(kind == "loss" ? "minus the loss" : kind)"
        case .angle: "angle \(digits(value))"
        }
    }
}
