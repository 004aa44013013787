import Datasets
import Foundations
import Testing

@Suite struct WriteTests {
    func recipe(side: Int, channels: Int) -> SyntheticRecipe {
        var recipe = SyntheticRecipe()
        (recipe.train, recipe.test, recipe.side, recipe.channels) = (23, 11, side, channels)
        return recipe
    }

    @Test(arguments: [1, 3]) func idxReadsBackTheSameBytes(channels: Int) throws {
        let folder = try TemporaryFolder()
        let dataset = try Dataset.synthetic(recipe(side: 14, channels: channels))
        let files = try dataset.write(.idx, folder: folder["new"])
        #expect(files.count == 4)
        let read = try Dataset.open(.idx(folder: folder["new"]))
        #expect(read.training.contentHash() == dataset.training.contentHash())
        #expect(read.test.contentHash() == dataset.test.contentHash())
        #expect(read.normalisation == dataset.normalisation)
    }

    @Test func cifar10ReadsBackTheSameBytes() throws {
        let folder = try TemporaryFolder()
        let dataset = try Dataset.synthetic(recipe(side: 32, channels: 3))
        try dataset.write(.cifar10, folder: folder.path)
        let read = try Dataset.open(.cifar10(folder: folder.path), resize: 16)
        #expect(read.training == (try CIFARFiles.cifar10.read(folder: folder.path).training.halved()))
        let full = try CIFARFiles.cifar10.read(folder: folder.path)
        #expect(full.training.labels == dataset.training.labels && full.training.pixels == dataset.training.pixels)
        #expect(full.test.contentHash() == dataset.test.contentHash())
    }

    @Test func refusesWhatTheLayoutCannotHold() throws {
        let dataset = try Dataset.synthetic(recipe(side: 12, channels: 3))
        #expect(
            datasetError { try dataset.write(.cifar10, folder: "f") }?.message
                == "f: layout cifar10 holds 3x32x32 images of at most 10 classes, at least 5 of them; synthetic has "
                + "3x12x12, 10 classes, 23 images")
    }

    @Test func neverOverwrites() throws {
        let folder = try TemporaryFolder()
        let dataset = try Dataset.synthetic(recipe(side: 12, channels: 1))
        try dataset.write(.idx, folder: folder.path)
        let error = datasetError { try dataset.write(.idx, folder: folder.path) }
        #expect(error?.message == folder["train-images-idx3-ubyte"] + ": exists already")
        #expect(error?.exitCode == .storage)
    }

    @Test func saysWhyAFolderCannotBeMade() throws {
        let dataset = try Dataset.synthetic(recipe(side: 12, channels: 1))
        let error = datasetError { try dataset.write(.idx, folder: "/nowhere/deep") }
        #expect(error?.message == "/nowhere/deep: cannot be created: No such file or directory")
    }

    @Test func summarises() throws {
        let dataset = try Dataset.synthetic(recipe(side: 12, channels: 3))
        let summary = dataset.summaries[0]
        #expect(summary.count == 23 && summary.perClass == [3, 3, 3, 2, 2, 2, 2, 2, 2, 2])
        #expect(summary.mean == dataset.normalisation.mean && summary.std == dataset.normalisation.std)
        #expect(summary.contentHash == dataset.training.contentHash())
    }
}
