import Architectures
import Foundation
import Foundations
import Testing

/// A space as a user writes it: a chain of choice blocks with strides, here the one of NAS-Bench-Macro.
let chainSpace = """
    schema: espalier.space/1
    name: macro
    slots:
      l1: &first [reduce, mb3_k3, mb6_k5]
      l2: &later [identity, mb3_k3, mb6_k5]
      l3: *first
      l4: *later
      l5: *later
      l6: *first
      l7: *later
      l8: *later
    operators:
      identity: {layers: []}
      reduce:
        layers:
          - {layer: convolution, name: conv, output: width, kernel: 1, stride: stride}
          - {layer: batch-norm, name: bn, affine: true}
      mb3_k3:
        add-input: where-equal
        layers: &block3
          - {layer: convolution, name: expand, output: 3*in, kernel: 1}
          - {layer: batch-norm, name: bn1, affine: true}
          - relu
          - {layer: depthwise, name: depthwise, kernel: 3, stride: stride, padding: 1}
          - {layer: batch-norm, name: bn2, affine: true}
          - relu
          - {layer: convolution, name: project, output: width, kernel: 1}
          - {layer: batch-norm, name: bn3, affine: true}
      mb6_k5:
        add-input: where-equal
        layers:
          - {layer: convolution, name: expand, output: 6*in, kernel: 1}
          - {layer: batch-norm, name: bn1, affine: true}
          - relu
          - {layer: depthwise, name: depthwise, kernel: 5, stride: stride, padding: 2}
          - {layer: batch-norm, name: bn2, affine: true}
          - relu
          - {layer: convolution, name: project, output: width, kernel: 1}
          - {layer: batch-norm, name: bn3, affine: true}
    network:
      - name: stem
        layers:
          - {layer: convolution, name: conv, output: 32, kernel: 3, padding: 1}
          - {layer: batch-norm, name: bn, affine: true}
          - relu
      - {choice: l1, with: {width: 64, stride: 2}}
      - {choice: l2, with: {width: 64, stride: 1}}
      - {choice: l3, with: {width: 128, stride: 2}}
      - {choice: l4, with: {width: 128, stride: 1}}
      - {choice: l5, with: {width: 128, stride: 1}}
      - {choice: l6, with: {width: 256, stride: 2}}
      - {choice: l7, with: {width: 256, stride: 1}}
      - {choice: l8, with: {width: 256, stride: 1}}
      - name: head
        layers:
          - {layer: convolution, name: conv, output: 1280, kernel: 1}
          - {layer: batch-norm, name: bn, affine: true}
          - relu
          - global-average-pool
          - {layer: linear, name: fc, output: classes}
    """

@Suite struct ChainSpaceTests {
    /// NAS-Bench-Macro counts a linear layer without its bias.
    @Test(arguments: [
        ("00000000", 387_882, 7_713_280), ("22212220", 1_985_514, 85_164_544), ("11111111", 1_588_874, 53_246_464),
        ("22222222", 2_932_586, 105_660_928), ("01201201", 1_283_434, 46_109_184),
    ])
    func `published sizes of a chain`(label: String, parameters: Int, multiplyAdds: Int) throws {
        let space = try SearchSpace.load(text: chainSpace, path: "macro.yaml")
        #expect(space.count == 6_561)
        let graph = try space.graph(of: space.child(named: label), input: cifar, classes: 10)
        #expect(graph.parameterCount == parameters)
        #expect(graph.multiplyAdds == multiplyAdds + 10)
    }

    @Test func `names, shapes and genotypes of a chain`() throws {
        let space = try SearchSpace.load(text: chainSpace, path: "macro.yaml")
        let names = try space.parameters(input: cifar, classes: 10).map(\.name)
        #expect(names.first == "stem.conv.weight" && names.last == "head.fc.bias")
        #expect(names.contains("l1.reduce.conv.weight") && names.contains("l8.mb6_k5.depthwise.weight"))
        let child = try space.child(label: "01201201")
        let genotype = "l1 reduce, l2 mb3_k3, l3 mb6_k5, l4 identity, l5 mb3_k3, l6 mb6_k5, l7 identity, l8 mb3_k3"
        #expect(space.genotype(of: child) == genotype)
        #expect(try space.child(named: genotype) == child)
        let graph = try space.graph(of: child, input: cifar, classes: 10)
        let poolInput = try #require(graph.nodes.last { $0.layer == .globalAveragePool }?.inputs.first)
        #expect(graph.nodes[poolInput].shape == FeatureShape(channels: 1_280, height: 4, width: 4))
        #expect(graph.nodes.contains { $0.layer == .sum })
    }

    @Test func `a space goes round by its source text`() throws {
        let own = try SearchSpace.load(text: chainSpace, path: "a.yaml")
        for space in try [own] + SearchSpace.builtInNames.map(SearchSpace.builtIn) {
            let again = try SearchSpace.load(text: space.sourceText, path: "b.yaml")
            #expect(again == space && again.sourceText == space.sourceText)
            #expect(try again.parameters(input: cifar, classes: 10) == space.parameters(input: cifar, classes: 10))
        }
    }

    @Test func `an image too small is refused where it first matters`() throws {
        let space = try SearchSpace.builtIn("deeper-insights")
        let tiny = FeatureShape(channels: 1, height: 4, width: 4)
        #expect(try space.graph(of: Child([1, 1, 1]), input: tiny, classes: 3).nodes.last?.shape.channels == 3)
        let macro = try SearchSpace.load(text: chainSpace, path: "macro.yaml")
        #expect(throws: Never.self) { try macro.parameters(input: tiny, classes: 3) }
        let benchmark = try SearchSpace.builtIn("nas-bench-201")
        let message = complaint {
            _ = try benchmark.graph(
                of: Child([1, 1, 1, 1, 1, 1]), input: FeatureShape(channels: 3, height: 3, width: 3), classes: 10)
        }
        let problem = "network.2.cell: node 1 of cells.5 sums shapes that differ, [1, 1, 32] and [2, 2, 32]"
        #expect(message?.hasPrefix("nas-bench-201:") == true && message?.hasSuffix(problem) == true)
    }

    @Test func `spaces too large to number`() throws {
        var text = "schema: espalier.space/1\nname: huge\noperators: {a: {layers: []}, b: {layers: [relu]}}\nslots:\n"
        for i in 0..<80 { text += "  s\(i): [a, b]\n" }
        text += "network:\n"
        for i in 0..<80 { text += "  - {choice: s\(i)}\n" }
        text += "  - layers: [global-average-pool, {layer: linear, name: fc, output: classes}]\n"
        let space = try SearchSpace.load(text: text, path: "huge.yaml")
        #expect(space.count == nil && space.countText == "1208925819614629174706176")
        #expect(abs(space.log10Count - 24.0824) < 1e-4)
        let child = Child([UInt8](repeating: 1, count: 80))
        #expect(space.index(of: child) == nil)
        #expect(space.label(of: child) == String(repeating: "1", count: 80))
        #expect(complaint { _ = try space.child(at: 3) } == "the children of huge are too many to be numbered")
        let restriction = Restriction(space)
        #expect(restriction.count == nil && restriction.list() == nil)
        var stream = RandomStream(seed: 1, purpose: .test)
        let sample = try #require(restriction.removing([child]).sample(using: &stream))
        #expect(space.contains(sample) && restriction.contains(sample))
    }
}

/// The example of `spaces/README.md` is a space.
@Test func `the documented example loads`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../spaces/README.md")
    let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```")
    let text = try #require(parts.dropFirst().first).replacing("yaml\n", with: "", maxReplacements: 1)
    let space = try SearchSpace.load(text: text, path: "README.md")
    #expect(space.count == 2)
    let graph = try space.graph(of: space.child(label: "1"), input: space.checkedInput, classes: 10)
    #expect(graph.nodes.last?.shape.channels == 10)
}
