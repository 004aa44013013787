import Foundation
import Foundations
import Policies

/// The golden exchange of `policies/exchange`, and the standing it is made of.
enum Exchange {
    /// The folder `policies` of the repository.
    static let policies: String = {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        return here.appending(path: "../../../policies").standardized.path.trimmingLastSlash
    }()

    static let standing: Standing = {
        let labels = ["111", "124", "342", "434"]
        let means: [Double?] = [0.412, 0.5872, nil, 0.605]
        let survivors = labels.enumerated().map { place, label in
            let choices = label.map { $0.wholeNumberValue! - 1 }
            return Survivor(
                child: label, index: choices.reduce(0) { $0 * 4 + $1 }, params: 37_426 - 1_000 * place,
                macs: 36_612_416 - 100_000 * place, genotype: "genotype \(label)", choices: choices,
                scores: means[place].map { mean in
                    [
                        Score(
                            step: 980, round: 2, kind: "accuracy", value: mean, loss: 1.5 - mean, n: 5_000,
                            bn: "calibrated")
                    ]
                } ?? [], mean: means[place], standardError: means[place].map { _ in 0.004 })
        }
        let choices = ["max_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_5x5"]
        return Standing(
            run: "demo", round: 3, seed: 1_234,
            budget: .init(macsSpent: 1e13, macsTotal: 2e13, imagesSpent: 250_000, fraction: 0.5, roundsLeft: 1),
            space: .init(
                name: "deeper-insights", children: 64, alive: 4,
                slots: ["0->1", "0->2", "1->2"].map { .init(name: $0, choices: choices) }),
            survivors: survivors,
            operators: [.init(slot: "0->1", choice: "max_pool_3x3", kind: "angle", value: 0.31)], state: nil)
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: policies + "/" + path)))
    }

    static func tree(_ path: String) throws -> JSONTree { try StrictJSON.parse(bytes(path)) }
}

extension String {
    fileprivate var trimmingLastSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
