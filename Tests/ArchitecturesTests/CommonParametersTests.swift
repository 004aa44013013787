import Architectures
import Foundations
import Testing

/// What is common, by the names of the built-in spaces and of a chain.
@Suite struct CommonParametersTests {
    private static let input = FeatureShape(channels: 3, height: 32, width: 32)

    private func parameters(_ space: String) throws -> [Parameter] {
        let space =
            try space == "chain"
            ? SearchSpace.load(text: chainSpace, path: "macro.yaml") : SearchSpace.builtIn(space)
        return try space.parameters(input: Self.input, classes: 10)
    }

    /// The rule of the paper's code: keys that start with net.stem or net.cells.0 ... net.cells.(k-1).
    @Test(arguments: 0...4)
    func aPrefixOfThePapersSpace(cells: Int) throws {
        let starts = ["net.stem."] + (0..<cells).map { "net.cells.\($0)." }
        for parameter in try parameters("deeper-insights") {
            let expected = starts.contains { parameter.name.hasPrefix($0) }
            #expect(CommonParameters.prefix(cells: cells).contains(parameter) == expected, "\(parameter.name)")
        }
    }

    @Test(arguments: [0, 1, 5, 6, 17])
    func aPrefixOfNASBench201(cells: Int) throws {
        let starts = ["stem."] + (0..<cells).map { "cells.\($0)." }
        for parameter in try parameters("nas-bench-201") {
            let expected = starts.contains { parameter.name.hasPrefix($0) }
            #expect(CommonParameters.prefix(cells: cells).contains(parameter) == expected, "\(parameter.name)")
        }
    }

    /// A choice block of a chain is a cell.
    @Test(arguments: 0...8)
    func aPrefixOfAChain(cells: Int) throws {
        let parameters = try parameters("chain")
        let starts = ["stem."] + (0..<cells).map { "l\($0 + 1)." }
        for parameter in parameters {
            let expected = starts.contains { parameter.name.hasPrefix($0) }
            #expect(CommonParameters.prefix(cells: cells).contains(parameter) == expected, "\(parameter.name)")
        }
        #expect(throws: Never.self) { try CommonParameters.prefix(cells: cells).check(against: parameters) }
    }

    /// The words of the documentation: convolutions' weights are those with two axes of taps.
    @Test(arguments: [
        ("deeper-insights", ["net.stem.0.", "net.stem.2.", "net.1.weight", "net.2.weight"], "net.linear"),
        ("nas-bench-201", ["stem.0.", "op.1.weight", "downsample.1."], "classifier"),
    ])
    func convolutionsAndBatchNormsByWord(space: String, words: [String], head: String) throws {
        let parameters = try parameters(space)
        for parameter in parameters {
            let isConvolution = parameter.role == .weight && parameter.shape.count == 4
            #expect(CommonParameters.keyword(words).contains(parameter) == isConvolution, "\(parameter.name)")
            let isNorm = !isConvolution && !parameter.name.hasPrefix(head)
            #expect(CommonParameters.keyword(words + [head]).contains(parameter) == !isNorm, "\(parameter.name)")
            let norms =
                ["running_", "num_batches_tracked"]
                + (space == "deeper-insights" ? ["net.stem.1.", "net.stem.3."] : ["stem.1.", "op.2.", "lastact."])
            #expect(CommonParameters.keyword(norms).contains(parameter) == isNorm, "\(parameter.name)")
        }
    }

    @Test func whatASpaceCannotMeanIsRefused() throws {
        let parameters = try parameters("deeper-insights")
        for common in [
            CommonParameters.prefix(cells: 5), .prefix(cells: -1), .keyword([]), .keyword(["net", "gamma"]),
        ] {
            let error = #expect(throws: SharingError.self) { try common.check(against: parameters) }
            #expect(error?.exitCode == .recipe)
        }
        #expect(throws: Never.self) { try CommonParameters.keyword(["stem"]).check(against: parameters) }
    }
}
