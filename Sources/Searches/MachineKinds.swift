/// The kinds of machine that runs were made on, as their newest checkpoints tell: only on one kind do equal recipes and
/// seeds give equal bits.
package struct MachineKinds: Sendable {
    private var kinds: [Fingerprint] = []

    package init() {}

    package mutating func add(_ run: RecordedRun) {
        guard let made = JSON.decode(Fingerprint.self, run.head.fingerprint), !kinds.contains(made) else { return }
        kinds.append(made)
    }

    /// What a reader of their figures must know; nil where all were made on one kind.
    package var stamp: String? {
        guard let first = kinds.first, kinds.count > 1 else { return nil }
        let differences = first.fields.indices.compactMap { place -> String? in
            let values = Set(kinds.map { $0.fields[place].value }).sorted()
            return values.count > 1 ? "\(first.fields[place].name) \(values.joined(separator: ", "))" : nil
        }
        return
            "Runs were made on different kinds of machine (\(differences.joined(separator: "; "))): equal recipes and seeds "
            + "need not have given equal runs."
    }
}
