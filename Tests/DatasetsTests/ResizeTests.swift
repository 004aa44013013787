import Datasets
import Testing

@Suite struct ResizeTests {
    @Test func takesTheMeanOfSquaresRoundedHalfUp() throws {
        let set = ImageSet(
            name: "x", channels: 2, height: 2, width: 4, classes: 2, labels: [1],
            pixels: [0, 1, 255, 255, 0, 1, 255, 254, 1, 2, 3, 0, 1, 1, 0, 0])
        let half = try set.halved()
        // 2/4 = 0.5 -> 1, 1019/4 = 254.75 -> 255, 5/4 -> 1, 3/4 -> 1.
        #expect(half.pixels == [1, 255, 1, 1])
        #expect([half.height, half.width] == [1, 2] && half.labels == [1])
    }

    @Test func refusesOddSides() {
        let error = datasetError { _ = try counting(1, height: 2, width: 3).halved() }
        #expect(error?.message == "data.resize: halving needs even sides, counting has images of 2x3")
    }

    @Test func halvesOnlyToTheSideAskedFor() throws {
        let set = counting(2, height: 28, width: 28)
        #expect(try set.resized(to: nil) == set)
        #expect(try set.resized(to: 28) == set)
        #expect(try set.resized(to: 14).height == 14)
        let error = datasetError { _ = try set.resized(to: 16) }
        #expect(
            error?.message
                == "data.resize: 16 takes the mean of 2x2, so it needs images of twice that side; counting has 28x28")
    }
}
