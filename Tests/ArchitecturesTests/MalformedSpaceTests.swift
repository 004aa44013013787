import Architectures
import Foundation
import Foundations
import Testing

@Suite struct MalformedSpaceTests {
    /// A small space that is right; each test spoils one part of it.
    static let good = """
        schema: espalier.space/1
        name: small
        parameters: {channels: 4}
        slots:
          a: [conv, skip]
          b: [conv, skip]
        operators:
          conv:
            layers:
              - {layer: convolution, name: conv, output: in, kernel: 3, padding: 1}
          skip: {layers: []}
        network:
          - layers:
              - {layer: convolution, name: stem, output: channels, kernel: 3, padding: 1}
          - cell:
              name: cells.{cell}
              nodes: 3
              edges:
                - {from: 0, to: 1, slot: a}
                - {from: 0, to: 2, slot: b}
                - {from: 1, to: 2, layers: [relu]}
              output: concatenation
          - layers: [global-average-pool, {layer: linear, name: fc, output: classes}]
        """

    @Test func `the good one is good`() throws {
        let space = try SearchSpace.load(text: Self.good, path: "s.yaml")
        #expect(space.count == 4 && space.label(of: Child([1, 0])) == "10")
        #expect(try space.graph(of: Child([1, 1]), input: cifar, classes: 10).parameterCount == 108 + 8 * 10 + 10)
    }

    /// Each layer passes alone; what they cost together must stay a number that can be counted with.
    @Test func `a network beyond all measure is refused`() throws {
        let text = Self.good.replacing("channels: 4}", with: "channels: 12000}")
            .replacing("output: concatenation", with: "output: sum")
        _ = try SearchSpace.load(text: text, path: "s.yaml")
        let many = text.replacing("nodes: 3", with: "nodes: 3\n      repeat: 8")
        let error = #expect(throws: YAMLError.self) { try SearchSpace.load(text: many, path: "s.yaml") }
        #expect(
            error?.message
                == "s.yaml:10: operators.conv.layers.0: the network needs more than 2^44 multiply-adds an image")
    }

    @Test(arguments: [
        (
            "espalier.space/1", "espalier.space/9",
            "1: schema: unknown name 'espalier.space/9'; did you mean 'espalier.space/1'?"
        ),
        ("name: small", "name: 9 lives", "2: name: '9 lives' is no name; letters, digits, '_' and '-'"),
        ("name: small", "nam: small", "1: the key 'name' is missing"),
        ("parameters:", "parameter:", "3: parameter: unknown key; did you mean 'parameters'?"),
        (
            "channels: 4}", "channels: 04}",
            "3: parameters.channels: expected a whole number from 0 to 65536, found '04'"
        ),
        ("channels: 4}", "classes: 4}", "3: parameters.classes: the name 'classes' has a fixed meaning"),
        ("a: [conv, skip]", "a: [conf, skip]", "5: slots.a.0: unknown operator 'conf'; did you mean 'conv'?"),
        ("a: [conv, skip]", "a: [conv, conv]", "5: slots.a.1: the choice 'conv' is given twice"),
        ("a: [conv, skip]", "a: []", "5: slots.a: a slot has 1 to 255 choices, found 0"),
        (
            "a: [conv, skip]", "a: [" + (0..<256).map { "o\($0)" }.joined(separator: ", ") + "]",
            "5: slots.a: a slot has 1 to 255 choices, found 256"
        ),
        ("a: [conv, skip]", "b: [conv, skip]", "5: the key 'b' is given twice"),
        ("b: [conv, skip]", "b: [conv, skip]\n  c: [skip]", "5: slots: the network does not use the slot 'c'"),
        (
            "skip: {layers: []}", "skip: {layers: []}\n  idle: {layers: []}",
            "8: operators: no slot uses the operator 'idle'"
        ),
        ("slot: a}", "slot: aa}", "19: network.1.cell.edges.0.slot: unknown name 'aa'; did you mean 'a'?"),
        ("slot: a}", "layers: [], slot: a}", "19: network.1.cell.edges.0: an edge has one of the keys slot, layers"),
        (
            "{from: 1, to: 2, ", "{from: 2, to: 1, ",
            "21: network.1.cell.edges.2: an edge leads from an earlier node to a later one, found 2 to 1"
        ),
        (
            "to: 2, slot: b", "to: 3, slot: b",
            "20: network.1.cell.edges.1.to: expected a whole number from 1 to 2, found '3'"
        ),
        ("nodes: 3", "nodes: 4", "16: network.1.cell: no edge leads to node 3"),
        (
            "output: in, ", "output: 8, ",
            "19: network.1.cell.edges.0: the choices of slot 'a' differ in shape: conv gives [32, 32, 8], "
                + "skip gives [32, 32, 4]"
        ),
        (
            "layers: [relu]}", "layers: [{layer: convolution, name: x, output: 8, kernel: 1}]}",
            "16: network.1.cell: node 2 of cells.0 sums shapes that differ, [32, 32, 4] and [32, 32, 8]"
        ),
        (
            "kernel: 3, padding: 1}\n  skip", "kernel: 35, padding: 1}\n  skip",
            "10: operators.conv.layers.0: a window of 35 with padding 1 does not fit its input [32, 32, 4]"
        ),
        (
            "kernel: 3, padding: 1}\n  skip", "kernel: 3, padding: 3}\n  skip",
            "10: operators.conv.layers.0: the padding 3 is not smaller than the window of 3, which could see zeros alone"
        ),
        (
            "name: cells.{cell}", "name: cells.{cell}\n      repeat: 2000",
            "17: network.1.cell.repeat: the value is 2000, expected 0 to 1000"
        ),
        (
            "name: cells.{cell}", "name: cells\n      repeat: 2",
            "10: operators.conv.layers.0: two parameters are called 'cells.a.conv.conv.weight'"
        ),
        (
            "output: channels", "output: 2*chanels",
            "14: network.0.layers.0.output: unknown name 'chanels'; did you mean 'channels'?"
        ),
        (
            "kernel: 3, padding: 1}\n  skip", "kernel: 255, padding: 255, dilation: 2}\n  skip",
            "19: network.1.cell.edges.0: the choices of slot 'a' differ in shape: conv gives [34, 34, 4], "
                + "skip gives [32, 32, 4]"
        ),
        (
            "channels: 4}", "channels: 60000}",
            "10: operators.conv.layers.0: a layer with 32400000000 weights and an output [32, 32, 60000] is too large"
        ),
        (
            "output: channels", "output: channels+1",
            "14: network.0.layers.0.output: expected a product such as 16, channels or 3*channels, found 'channels+1'"
        ),
        (
            "layers: [relu]}", "layers: [rely]}",
            "21: network.1.cell.edges.2.layers.0: unknown name 'rely'; did you mean 'relu'?"
        ),
        (
            "layers: [relu]}", "layers: [max-pool]}",
            "21: network.1.cell.edges.2.layers.0: the layer 'max-pool' needs options: {layer: max-pool, ...}"
        ),
        ("[global-average-pool, {", "[{", "23: network.2.layers.0: a linear layer reads [1, 1, c], found [32, 32, 8]"),
        (
            "output: classes}", "output: 7}",
            "13: network: the network must end with a linear layer of 'classes' outputs"
        ),
        (
            "name: small", "name: small\nnotation: node-strings",
            "3: notation: node strings need the slots 0->1, 0->2, 1->2"
        ),
        (
            "name: small", "name: small\nlabels: {first: 2}",
            "3: labels.first: expected a whole number from 0 to 1, found '2'"
        ),
    ])
    func `a malformed space is refused by line and key`(part: String, spoilt: String, message: String) throws {
        let range = try #require(Self.good.range(of: part))
        let text = Self.good.replacingCharacters(in: range, with: spoilt)
        #expect(complaint { _ = try SearchSpace.load(text: text, path: "s.yaml") } == "s.yaml:" + message)
    }

    /// Whatever stands in a file, the answer is a space or a complaint.
    @Test func `random damage never stops the program`() throws {
        let texts = [Self.good, chainSpace, SearchSpace.deeperInsightsText].map { Array($0.utf8) }
        let pieces = ["0", "99999", "-", ":", "[", "}", "in", "*", "&a ", "\n", "  ", "\"", "layers", "3*", "~", "#"]
        var accepted = 0
        for lane in 0..<1_500 {
            var stream = RandomStream(seed: 5, purpose: .test, lane: lane)
            var bytes = texts[lane % texts.count]
            for _ in 0...stream.below(3) {
                let at = stream.below(bytes.count)
                let end = min(bytes.count, at + stream.below(6))
                bytes.replaceSubrange(at..<end, with: Array(pieces[stream.below(pieces.count)].utf8))
            }
            let message = complaint {
                let space = try SearchSpace.load(text: String(decoding: bytes, as: UTF8.self), path: "s.yaml")
                let child = try space.child(at: 0)
                #expect(try space.graph(of: child, input: space.checkedInput, classes: 10).multiplyAdds >= 0)
                #expect(try space.child(named: space.genotype(of: child)) == child)
                #expect(try SearchSpace.load(text: space.sourceText, path: "s.yaml") == space)
                accepted += 1
            }
            #expect(message?.hasPrefix("not a Complaint") != true, "\(message ?? "")")
        }
        #expect(accepted > 50)
    }

    @Test func `names of spaces`() throws {
        #expect(
            complaint { _ = try SearchSpace.resolve("deeper-insight") } == """
                there is no search space 'deeper-insight'; did you mean 'deeper-insights'?
                """)
        #expect(complaint { _ = try SearchSpace.resolve("no/such.yaml") } == "no/such.yaml: no such file")
        #expect(try SearchSpace.resolve("nas-bench-201").name == "nas-bench-201")
    }

    @Test(arguments: SearchSpace.builtInNames)
    func `the file and its embedded copy are equal`(name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../spaces")
        let file = try String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8)
        let copy = try #require(
            [
                "deeper-insights": SearchSpace.deeperInsightsText, "nas-bench-201": SearchSpace.nasBench201Text,
            ][name])
        #expect(file == copy)
        let read = try SearchSpace.resolve(folder.appending(path: "\(name).yaml").path)
        #expect(try read == SearchSpace.builtIn(name))
    }
}
