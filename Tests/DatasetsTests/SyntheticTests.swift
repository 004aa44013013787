import Datasets
import Foundations
import Testing

@Suite struct SyntheticTests {
    /// Ten classes, of all three families.
    var families: SyntheticRecipe {
        var recipe = SyntheticRecipe()
        (recipe.fine, recipe.coarse, recipe.relation) = (3, 3, 4)
        return recipe
    }

    @Test func givesTheSameBytesEverywhere() throws {
        let dataset = try Dataset.synthetic()
        #expect(dataset == (try Dataset.synthetic()))
        #expect(
            dataset.training.contentHash().description
                == "8406c4939e5e5d7e9d802fc0a829aeaac9af2067cdf7ef2e07e200a4876237ab")
        #expect(
            dataset.test.contentHash().description
                == "8e5cb47e1cd8a3540a2a010bf498adda4b29741d85e08c1e37714c033ef0c661")
    }

    @Test func givesTheSameBytesEverywhereInAllFamilies() throws {
        let dataset = try Dataset.synthetic(families)
        #expect(dataset.training.classNames?[2...3] == ["fine 2", "coarse 0"])
        #expect(
            dataset.test.contentHash().description
                == "6e0a9374a5ad5fbac41d3d4a22a7a208748dd255053f926153fd7d3a25fcb3a3")
    }

    @Test func imagesDoNotDependOnTheirNumber() throws {
        var recipe = SyntheticRecipe()
        (recipe.train, recipe.test) = (30, 10)
        let (few, many) = (try Dataset.synthetic(recipe), try Dataset.synthetic())
        #expect(few.training.pixels[...] == many.training.pixels.prefix(few.training.pixels.count))
        #expect(few.test.pixels[...] == many.test.pixels.prefix(few.test.pixels.count))
        recipe.seed = 2
        #expect(try Dataset.synthetic(recipe).training.pixels != few.training.pixels)
    }

    @Test func classesAreBalancedInEveryRole() throws {
        let dataset = try Dataset.synthetic(holdOut: HoldOut(rank: 500, pick: 500))
        #expect(dataset.training.countsByClass() == [Int](repeating: 400, count: 10))
        #expect(dataset.test.countsByClass() == [Int](repeating: 200, count: 10))
        for role in [Role.rank, .pick] {
            let labels = dataset.training.labels[dataset.indices(of: role)]
            #expect((0..<10).allSatisfy { label in labels.count { $0 == label } == 50 })
        }
    }

    /// The class whose mean image is nearest is hardly better than a guess, and so is the nearest mean colour.
    @Test(arguments: [12, 16]) func meansDoNotIdentifyClasses(side: Int) throws {
        for var recipe in [SyntheticRecipe(), families] {
            recipe.side = side
            let dataset = try Dataset.synthetic(recipe)
            #expect(nearestMean(dataset) < 0.2)
            #expect(nearestMean(dataset, channelsOnly: true) < 0.2)
        }
    }

    @Test func coversTheGreyLevels() throws {
        let dataset = try Dataset.synthetic()
        for channel in 0..<3 {
            #expect(abs(dataset.normalisation.mean[channel] * 255 - 128) < 2)
            #expect(20...50 ~= dataset.normalisation.std[channel] * 255)
        }
    }

    @Test func refusesKnobsOutOfBounds() {
        func problem(_ change: (inout SyntheticRecipe) -> Void) -> String? {
            var recipe = SyntheticRecipe()
            change(&recipe)
            return datasetError { _ = try Dataset.synthetic(recipe) }?.message
        }
        #expect(problem { $0.side = 7 } == "data.synthetic: side is 7, expected 8...64")
        #expect(problem { $0.fine = 1 } == "data.synthetic: fine is 1, expected 0 or 2...64")
        #expect(problem { $0.noise = .nan } == "data.synthetic: noise is nan, expected 0.0...255.0")
        #expect(problem { $0.distance = 9.5 } == "data.synthetic: distance is 9.5, expected 1.0...9.0")
        #expect(problem { $0.jitter = 1.5 } == "data.synthetic: jitter is 1.5, expected 0.0...1.0")
        #expect(problem { ($0.distance, $0.jitter) = (1, 1) } == "data.synthetic: jitter is 1.0, expected 0.0...0.0")
        #expect(problem { $0.channels = 2 } == "data.synthetic: channels is 2, expected 1 or 3")
        #expect(
            problem { ($0.fine, $0.coarse, $0.relation) = (0, 0, 0) }
                == "data.synthetic: fine + coarse + relation is 0, expected 2...64")
        #expect(problem { ($0.fine, $0.coarse, $0.relation, $0.test) = (0, 0, 2, 1) } == nil)
        #expect(
            problem {
                ($0.distance, $0.jitter, $0.relation, $0.side, $0.test) = (5, 0, 64, 8, 1)
            } == nil)
        #expect(problem { ($0.distance, $0.jitter, $0.side, $0.test) = (4.5, 0.5, 8, 1) } == nil)
    }

    /// Accuracy on the test set of the nearest class mean of the training set.
    func nearestMean(_ dataset: Dataset, channelsOnly: Bool = false) -> Double {
        func features(_ set: ImageSet, _ index: Int) -> [Float] {
            let image = set.pixels[set.range(of: index)].map(Float.init)
            guard channelsOnly else { return image }
            let plane = set.height * set.width
            return (0..<set.channels).map { image[$0 * plane..<($0 + 1) * plane].reduce(0, +) / Float(plane) }
        }
        let size = features(dataset.training, 0).count
        var means = [[Float]](repeating: [Float](repeating: 0, count: size), count: dataset.classes)
        for (index, label) in dataset.training.labels.enumerated() {
            let image = features(dataset.training, index)
            for i in 0..<size { means[Int(label)][i] += image[i] }
        }
        for (label, count) in dataset.training.countsByClass().enumerated() {
            for i in 0..<size { means[label][i] /= Float(count) }
        }
        let right = dataset.test.labels.indices.filter { index in
            let image = features(dataset.test, index)
            let distances = means.map { mean in zip(mean, image).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            return distances.indices.min { distances[$0] < distances[$1] } == Int(dataset.test.labels[index])
        }
        return Double(right.count) / Double(dataset.test.count)
    }
}
