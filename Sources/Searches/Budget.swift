import Architectures
import Foundations

/// What a run may spend.
package struct Budget: Hashable, Sendable {
    /// Images and MACs count training, scoring and calibration; steps and epochs count training only.
    package enum Unit: String, Sendable, CaseIterable, Codable {
        case images
        case macs
        case steps
        case epochs
    }

    package var unit: Unit
    package var amount: Double

    package init(_ unit: Unit, _ amount: Double) {
        self.unit = unit
        self.amount = amount
    }
}

/// What a run has spent.
///
/// MACs are charged: 3 x MACs(child) a training image, 1 x MACs(child) a scored or calibration image, with no discount for
/// shared prefixes. Executed MACs are what the engine really did.
package struct Spending: Hashable, Sendable, Codable {
    package var steps = 0
    /// Every image of a training step counts once for each child trained on it.
    package var trainedImages = 0
    package var images = 0
    package var macs = 0
    package var executedMACs = 0

    package mutating func chargeStep(images batch: Int, childMACs: [Int], executed: Int) {
        steps += 1
        trainedImages += batch * childMACs.count
        images += batch * childMACs.count
        macs = childMACs.reduce(macs) { Spending.sum($0, Spending.product(3 * batch, $1)) }
        executedMACs = Spending.sum(executedMACs, executed)
    }

    package mutating func chargeScoring(_ cost: ScoringCost, executed: Int) {
        images = Spending.sum(images, cost.images)
        macs = Spending.sum(macs, cost.macs)
        executedMACs = Spending.sum(executedMACs, executed)
    }

    /// More than any budget: where counts stop growing instead of overflowing.
    static let most = 1 << 62

    /// Of counts, at most ``most``.
    static func product(_ a: Int, _ b: Int) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? most : min(product, most)
    }

    static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? most : min(sum, most)
    }

    /// In the unit of a budget.
    package func amount(in unit: Budget.Unit, stepsPerEpoch: Int) -> Double {
        switch unit {
        case .images: Double(images)
        case .macs: Double(macs)
        case .steps: Double(steps)
        case .epochs: Double(steps) / Double(stepsPerEpoch)
        }
    }
}

/// What one scoring of some children is charged.
package struct ScoringCost: Hashable, Sendable {
    package let images: Int
    package let macs: Int

    /// - Parameters: images scored, calibrated on and fine-tuned on, for each child.
    package init(childMACs: [Int], images: Int, calibrationImages: Int, probeImages: Int = 0) {
        self.images = Spending.product(childMACs.count, images + calibrationImages + probeImages)
        macs = childMACs.reduce(0) {
            Spending.sum($0, Spending.product($1, images + calibrationImages + 3 * probeImages))
        }
    }
}
