import Foundations
import Searches
import Testing

/// Every number of a recipe against everything that YAML readers take for one.
@Suite struct RecipeNumbersTests {
    /// Never a number of any field, whatever its range.
    static let wrong = [
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e400", "-1e400", ".nan", ".inf",
        "-.inf",
        "NaN", "1:30", "010", "-010", "1_000", "0x10", "0o17", "+1", ".5", "1.", "\"3\"", "'3'", "~", "null", "no",
        "yes", "on",
        "true", "", "[]", "{}", "[3]", "{a: 3}", "\u{661}", "1e", "3 4", "2024-01-01", "-1e18",
    ]

    /// A setting that makes room for the field, and whether 0, -1 and 1.0 are numbers of it.
    static let fields: [(path: String, first: String?, zero: Bool, minusOne: Bool, onePointZero: Bool)] = [
        ("seed", nil, true, false, false),
        ("seeds.init", "seeds={init: 1, order: 1, data: 1, augment: 1}", true, false, false),
        ("train.batch", nil, false, false, false), ("train.budget.images", nil, false, false, true),
        ("train.budget.steps", "train.budget={steps: 5}", false, false, true),
        ("train.budget.macs", "train.budget={macs: 5}", false, false, true),
        ("train.budget.epochs", "train.budget={epochs: 5}", false, false, true),
        ("train.optimizer.lr", nil, true, false, true), ("train.optimizer.lr-end", nil, true, false, true),
        ("train.optimizer.warm-up", nil, true, false, false), ("train.optimizer.momentum", nil, true, false, true),
        ("train.optimizer.weight-decay", nil, true, false, true), ("train.bn-momentum", nil, true, false, true),
        ("train.sampling.floor", "train.sampling={use: by-score, floor: 0.5}", true, false, true),
        ("data.hold-out.rank", nil, false, false, false), ("data.hold-out.pick", nil, true, false, false),
        ("data.synthetic.seed", nil, true, false, false), ("data.synthetic.train", nil, false, false, false),
        ("data.synthetic.side", nil, false, false, false), ("data.synthetic.pairs", nil, false, false, false),
        ("data.synthetic.noise", nil, true, false, true), ("data.synthetic.clutter", nil, true, false, true),
        ("score.calibration-images", nil, false, false, false), ("score.window", nil, false, false, false),
        ("score.size-prior", nil, true, true, true), ("score.gate", nil, true, true, true),
        ("score.sample", nil, false, false, false), ("score.probe.batches", nil, true, false, false),
        ("score.probe.lr", nil, true, false, true), ("rounds.0.at", "rounds=[{at: 0.5}]", false, false, false),
        ("rounds.0.steps", "rounds=[{steps: 5}]", false, false, false),
        ("rounds.0.epochs", "rounds=[{epochs: 5}]", false, false, true),
        ("rounds.0.regroup.count", "rounds=[{at: 0.5, regroup: {count: 2}}]", false, false, false),
        ("rounds.0.regroup.partition", "rounds=[{at: 0.5, regroup: {by: random, count: 2}}]", true, false, false),
        ("sharing.below", "sharing={mode: adaptive}", false, false, false),
        ("sharing.least", "sharing={mode: adaptive}", false, false, false),
        ("sharing.cells", "sharing={mode: prefix}", true, false, false),
        ("policy.keep", "policy={use: keep-fraction, keep: 0.5}", false, false, true),
        ("policy.probation", "policy={use: regret-guard, wrap: keep-all}", false, false, false),
        ("policy.wrap.keep", "policy={use: regret-guard, wrap: {use: keep-fraction}}", false, false, true),
        ("checkpoint.every-batches", nil, false, false, false), ("checkpoint.every-seconds", nil, false, false, true),
        ("checkpoint.keep", nil, false, false, false),
        ("space.cells", "space={use: deeper-insights}", true, false, false),
    ]

    @Test(arguments: fields.indices) func onlyPlainNumbersInRange(row: Int) {
        let field = Self.fields[row]
        let expected =
            Self.wrong.map { ($0, false) }
            + [("0", field.zero), ("-1", field.minusOne), ("1.0", field.onePointZero)]
        for (value, isNumber) in expected {
            // Seeds have all 64 bits.
            if value == "9223372036854775808", field.path.contains("seed") { continue }
            let settings = (field.first.map { [$0] } ?? []) + ["\(field.path)=\(value)"]
            let found = complaint(settings)
            if isNumber {
                #expect(found == nil, "\(settings)")
            } else {
                let last = field.path.split(separator: ".").last { !$0.allSatisfy(\.isNumber) } ?? ""
                #expect(found?.code == 3, "\(settings): \(found?.message ?? "accepted")")
                #expect(found?.message.contains(last) == true && found?.message.contains("\n") == false, "\(settings)")
            }
        }
    }

    private func complaint(_ settings: [String]) -> (code: Int32, message: String)? {
        do {
            _ = try RecipeSource.read("demo", settings: settings)
            return nil
        } catch let error as any Complaint {
            return (error.exitCode.rawValue, error.message)
        } catch {
            return (1, "\(error)")
        }
    }
}
