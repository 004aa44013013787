import Architectures
import Networks
import Tensors
import Testing

@Suite struct RandomGraphTests {
    /// The engine against double precision on graphs no space would make, with all passes, none and an eighth of their
    /// subsets each; eight graphs in a row see every subset.
    @Test(arguments: 0..<60)
    func subsetsOfPassesGiveTheReferencesLossAndGradients(seed: UInt64) throws {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 5, seed: seed)
        var reference = Reference(toy.graph, weights: toy.weights.doubles, images: toy.images)
        let exact = reference.loss(labels: toy.labels)
        let engine = Engine(kernels: .best(), workers: Workers(threads: 1))
        for passes in Passes.subsets(seed: seed) {
            let (loss, gradients) = try toy.train(engine, passes)
            #expect(abs(loss - exact) <= 1e-5 * exact, "passes \(passes.names): loss \(loss), expected \(exact)")
            let worst = worstDifference(gradients, reference.gradients)
            #expect(worst.value <= 1e-3, "passes \(passes.names): gradient of \(worst.name) off by \(worst.value)")
        }
    }

    /// One thread, and three that take lanes in a shuffled order: the same bits.
    @Test(arguments: 0..<12)
    func threadsChangeNoBit(seed: UInt64) throws {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 37, seed: seed)
        let one = try toy.train(Engine(kernels: .best(), workers: Workers(threads: 1)), .all)
        let three = try toy.train(Engine(kernels: .best(), workers: Workers(threads: 3, shuffle: seed)), .all)
        #expect(one.loss == three.loss)
        #expect(one.gradients == three.gradients)
    }

    /// Gradients written past the caches, all of them or none: the same bits, with two threads too, which read what the
    /// other one wrote.
    @Test(arguments: 0..<12)
    func gradientsPastTheCachesAreTheSameBits(seed: UInt64) throws {
        let toy = Toy(RandomGraph(seed: seed, steps: 14, classes: 5).graph, images: 21, seed: seed)
        for kernels in Kernels.available {
            func train(cachedBytes: Int, threads: Int) throws -> (loss: Double, gradients: [String: [Float]]) {
                let workers = Workers(threads: threads, shuffle: threads > 1 ? seed : nil)
                let engine = Engine(kernels: kernels, workers: workers)
                engine.cachedBytes = cachedBytes
                return try toy.train(engine, .all)
            }
            let through = try train(cachedBytes: .max, threads: 1)
            for threads in [1, 2] {
                let past = try train(cachedBytes: 0, threads: threads)
                #expect(past.loss == through.loss, "\(kernels.level), \(threads) threads")
                #expect(past.gradients == through.gradients, "\(kernels.level), \(threads) threads")
            }
        }
    }

    /// The reference's own gradients against central differences.
    @Test(arguments: 0..<6)
    func theReferenceAgreesWithFiniteDifferences(seed: UInt64) {
        let toy = Toy(RandomGraph(seed: seed, steps: 8, classes: 4).graph, images: 3, seed: seed)
        let weights = toy.weights.doubles
        var reference = Reference(toy.graph, weights: weights, images: toy.images)
        _ = reference.loss(labels: toy.labels)
        let largest = reference.gradients.values.joined().reduce(0) { max($0, abs($1)) }
        for (name, gradient) in reference.gradients {
            for k in Set([0, gradient.count / 2, gradient.count - 1]) {
                func loss(_ step: Double) -> Double {
                    var moved = weights
                    moved[name]![k] += step
                    var other = Reference(toy.graph, weights: moved, images: toy.images)
                    return other.loss(labels: toy.labels)
                }
                let numeric = (loss(1e-6) - loss(-1e-6)) / 2e-6
                #expect(abs(numeric - gradient[k]) <= 1e-5 * largest, "\(name)[\(k)]: \(gradient[k]), \(numeric)")
            }
        }
    }
}
