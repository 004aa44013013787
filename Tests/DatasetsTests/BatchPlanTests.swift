import Datasets
import Foundations
import Testing

@Suite struct BatchPlanTests {
    let plan = BatchPlan(count: 103, batch: 20, seeds: Seeds(7), augmentation: Augmentation(crop: 4, flip: true))

    @Test func permutesEveryEpochAnew() {
        #expect(plan.permutation(epoch: 0).sorted() == Array(0..<103))
        #expect(plan.permutation(epoch: 3) == plan.permutation(epoch: 3))
        #expect(plan.permutation(epoch: 3) != plan.permutation(epoch: 4))
        let other = BatchPlan(count: 103, batch: 20, seeds: Seeds(8), augmentation: .none)
        #expect(other.permutation(epoch: 3) != plan.permutation(epoch: 3))
    }

    @Test func cutsAnEpochIntoBatches() {
        var plan = plan
        #expect(plan.stepsPerEpoch == 6)
        for epoch in 0..<3 {
            let batches = (0..<6).map { plan.batch(step: epoch * 6 + $0) }
            #expect(batches.map(\.count) == [20, 20, 20, 20, 20, 3])
            #expect(batches.flatMap(\.indices) == plan.permutation(epoch: epoch))
            #expect((0..<6).map { plan.size(step: epoch * 6 + $0) } == batches.map(\.count))
            #expect(plan.images(before: epoch * 6 + 5) == epoch * 103 + 100)
        }
    }

    @Test func stepsCanBeTakenInAnyOrder() {
        var (forth, back) = (plan, plan)
        let inOrder = (0..<20).map { forth.batch(step: $0) }
        let reversed = (0..<20).reversed().map { back.batch(step: $0) }
        #expect(inOrder == reversed.reversed())
    }

    @Test func viewsCoverAllOffsetsEvenly() {
        var plan = plan
        var counts: [View: Int] = [:]
        for step in 0..<2000 {
            let batch = plan.batch(step: step)
            for position in 0..<batch.count { counts[batch.view(position: position), default: 0] += 1 }
        }
        #expect(counts.count == 9 * 9 * 2)
        #expect(counts.keys.allSatisfy { abs($0.dy) <= 4 && abs($0.dx) <= 4 })
        let mean = Double(plan.images(before: 2000)) / 162
        #expect(counts.values.allSatisfy { abs(Double($0) - mean) < 6 * mean.squareRoot() })
    }

    @Test func parsesTheWordsOfARecipe() throws {
        #expect(try Augmentation(words: ["crop-4", "flip"]) == Augmentation(crop: 4, flip: true))
        #expect(try Augmentation(words: ["flip", "crop-2"]).words == ["crop-2", "flip"])
        #expect(try Augmentation(words: []) == .none)
        for word in ["crop", "crop-", "crop-0", "crop-17", "crop--1", "crop-04", "crop-+4", "Flip", "", "cutout"] {
            let error = datasetError { _ = try Augmentation(words: [word]) }
            #expect(
                error?.message
                    == "data.augment: found \"\(word)\", expected crop-N (N from 1 to 16) and flip, each at most once")
        }
        #expect(datasetError { _ = try Augmentation(words: ["flip", "flip"]) } != nil)
        #expect(datasetError { _ = try Augmentation(words: ["crop-4", "crop-4"]) } != nil)
    }
}
