import Datasets
import Foundations
import Testing

/// n grey images of h x w with bytes 0, 1, 2, ... and two classes.
func counting(_ n: Int, channels: Int = 1, height: Int = 2, width: Int = 3) -> ImageSet {
    ImageSet(
        name: "counting", channels: channels, height: height, width: width, classes: 2,
        labels: (0..<n).map { UInt8($0 % 2) },
        pixels: (0..<n * channels * height * width).map { UInt8(truncatingIfNeeded: $0) })
}

@Suite struct DatasetTests {
    let dataset: Dataset

    init() throws {
        dataset = try Dataset(
            name: "counting", training: counting(20), test: counting(6), holdOut: HoldOut(rank: 5, pick: 3))
    }

    @Test func rolesFollowEachOther() {
        #expect(dataset.indices(of: .train) == 0..<12)
        #expect(dataset.indices(of: .calibrate) == 0..<12)
        #expect(dataset.indices(of: .rank) == 12..<17)
        #expect(dataset.indices(of: .pick) == 17..<20)
        #expect(dataset.indices(of: .test) == 0..<6)
        #expect(dataset.images(of: .pick) == dataset.training && dataset.images(of: .test) == dataset.test)
    }

    @Test(arguments: [(20, 0), (0, 20), (12, 8), (Int.max, Int.max), (Int.max, 1)])
    func refusesHoldOutsThatLeaveNothing(rank: Int, pick: Int) {
        let error = datasetError {
            _ = try Dataset(
                name: "counting", training: counting(20), test: counting(6), holdOut: HoldOut(rank: rank, pick: pick))
        }
        #expect(
            error?.message
                == "data.hold-out: rank \(rank) and pick \(pick) leave nothing of the 20 training images of counting")
        #expect(error?.hint == "hold out fewer than 20 images together")
    }

    @Test func refusesNegativeHoldOuts() {
        let error = datasetError {
            _ = try Dataset(
                name: "x", training: counting(20), test: counting(6), holdOut: HoldOut(rank: -1, pick: 2))
        }
        #expect(error?.message == "data.hold-out: rank -1, pick 2, expected numbers >= 0")
    }

    @Test func normalisesByTheTrainRole() {
        // Bytes 0...71: mean 35.5, variance (72^2 - 1) / 12.
        #expect(abs(dataset.normalisation.mean[0] - 35.5 / 255) < 1e-15)
        #expect(abs(dataset.normalisation.std[0] - (5183.0 / 12).squareRoot() / 255) < 1e-15)
    }

    @Test func aConstantChannelBecomesZero() throws {
        let flat = ImageSet(
            name: "flat", channels: 1, height: 1, width: 2, classes: 2, labels: [0, 1], pixels: [9, 9, 9, 9])
        #expect(Normalisation(of: flat, range: 0..<2) == Normalisation(mean: [9.0 / 255], std: [1]))
    }

    @Test func scoringBatchesKeepFileOrder() {
        let batches = dataset.batches(of: .rank, batch: 2)
        #expect(batches.map(\.indices) == [[0, 1], [2, 3], [4]])
        #expect(batches.allSatisfy { $0.augment == nil && $0.role == .rank })
        #expect(dataset.batches(of: .test, batch: 4, limit: 5).map(\.indices) == [[0, 1, 2, 3], [4]])
        #expect(dataset.batches(of: .test, batch: 4, limit: 99).map(\.count) == [4, 2])
        #expect(dataset.batches(of: .test, batch: 4, limit: 0).isEmpty)
    }

    @Test func calibrationDrawsTrainImagesOnce() {
        let augmentation = Augmentation(crop: 1, flip: true)
        func batches(_ round: Int, _ images: Int = 9) -> [Batch] {
            dataset.calibration(images: images, batch: 4, round: round, seeds: Seeds(3), augmentation: augmentation)
        }
        #expect(batches(0).map(\.count) == [4, 4, 1])
        #expect(Set(batches(0).flatMap(\.indices)).count == 9)
        #expect(batches(0) == batches(0) && batches(0) != batches(1))
        #expect(batches(2, 1000).flatMap(\.indices).sorted() == Array(0..<12))
        let keys = batches(0).map(\.augment)
        #expect(Set(keys).count == 3)
    }

    @Test func probesDrawTheSameTrainImagesForEveryChildOfAScoring() {
        let augmentation = Augmentation(crop: 1, flip: true)
        func batches(_ count: Int, round: Int = 0, scoring: Int = 0, batch: Int = 4) -> [Batch] {
            dataset.probe(
                batches: count, batch: batch, round: round, scoring: scoring, seeds: Seeds(3),
                augmentation: augmentation)
        }
        // 12 train images: three batches hold each once, six each twice.
        #expect(batches(3).flatMap(\.indices).sorted() == Array(0..<12))
        #expect(batches(6).map(\.count) == [4, 4, 4, 4, 4, 4])
        #expect(
            batches(6).prefix(3) == batches(3)[...] && batches(6).suffix(3).map(\.indices) == batches(3).map(\.indices))
        #expect(batches(2, batch: 100).map(\.count) == [12, 12])
        #expect(batches(0).isEmpty)
        #expect(batches(3).allSatisfy { $0.role == .train })
        #expect(batches(3) != batches(3, round: 1) && batches(3) != batches(3, scoring: 1))
        // No two batches of a round share their crops, whatever they are for.
        let calibration = dataset.calibration(
            images: 12, batch: 4, round: 0, seeds: Seeds(3), augmentation: augmentation)
        let all = batches(6) + batches(6, scoring: 1) + batches(6, scoring: 16_383) + calibration
        #expect(Set(all.map(\.augment)).count == all.count)
    }

    @Test func opensByName() throws {
        #expect(try DatasetSource(name: "synthetic", folder: nil) == .synthetic(SyntheticRecipe()))
        #expect(try DatasetSource(name: "idx", folder: "f") == .idx(folder: "f"))
        #expect(
            datasetError { _ = try DatasetSource(name: "mnist", folder: nil) }?.message
                == "data.set: found \"mnist\", expected one of synthetic, cifar10, cifar100, idx")
        #expect(
            datasetError { _ = try DatasetSource(name: "cifar10", folder: nil) }?.message
                == "data.folder: set cifar10 is read from files, but no folder is given")
    }
}
