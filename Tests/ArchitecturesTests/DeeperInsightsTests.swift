import Architectures
import Foundations
import Testing

let cifar = FeatureShape(channels: 3, height: 32, width: 32)

/// The message of whatever `body` throws, or nil.
func complaint(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as any Complaint {
        return error.message
    } catch {
        return "not a Complaint: \(error)"
    }
}

@Suite struct DeeperInsightsTests {
    let space: SearchSpace

    init() throws { space = try SearchSpace.builtIn("deeper-insights") }

    @Test(arguments: [
        ("111", 24_858, 24.9), ("222", 34_458, 34.8), ("333", 40_602, 41.0), ("444", 32_730, 33.0),
        ("434", 35_354, 35.7),
    ])
    func `published sizes`(label: String, parameters: Int, megaMultiplyAdds: Double) throws {
        let graph = try space.graph(of: space.child(label: label), input: cifar, classes: 10)
        #expect(graph.parameterCount == parameters)
        #expect((Double(graph.multiplyAdds) / 1e5).rounded() / 10 == megaMultiplyAdds)
    }

    @Test func `child 434 to the last multiply-add`() throws {
        let graph = try space.graph(of: space.child(named: "434"), input: cifar, classes: 10)
        #expect(graph.multiplyAdds == 35_668_298)
    }

    /// Convolutions at one size of image, norms without weights: parameters and multiply-adds order the children alike.
    @Test func `a parameter more is 1024 multiply-adds more`() throws {
        let graphs = try (0..<64).map { place in
            let label = "\(place / 16 + 1)\(place / 4 % 4 + 1)\(place % 4 + 1)"
            return try space.graph(of: space.child(named: label), input: cifar, classes: 10)
        }
        #expect(Set(graphs.map { $0.multiplyAdds - 1_024 * $0.parameterCount }).count == 1)
        #expect(Set(graphs.map(\.parameterCount)).count > 10)
    }

    @Test func `the supernet's parameters`() throws {
        let parameters = try space.parameters(input: cifar, classes: 10)
        #expect(parameters.filter(\.role.isLearnt).reduce(0) { $0 + $1.count } == 58_074)
        #expect(Set(parameters.map(\.name)).count == parameters.count)
        for name in [
            "net.stem.0.weight", "net.stem.1.weight", "net.stem.1.bias", "net.stem.1.running_mean",
            "net.stem.1.running_var", "net.stem.1.num_batches_tracked", "net.stem.2.weight", "net.stem.3.bias",
            "net.cells.3.preproc.net.1.weight", "net.cells.0.preproc.net.2.running_var",
            "net.cells.0.dag.0.0._ops.0.bn.running_mean", "net.cells.2.dag.1.0._ops.0.bn.num_batches_tracked",
            "net.cells.0.dag.0.0._ops.1.net.0.net.1.weight", "net.cells.0.dag.1.1._ops.2.net.1.net.2.weight",
            "net.cells.0.dag.1.1._ops.2.net.1.net.3.running_mean", "net.cells.3.dag.1.0._ops.3.net.1.weight",
            "net.cells.3.dag.1.0._ops.3.net.2.weight", "net.cells.3.dag.1.0._ops.3.net.3.running_var",
            "net.linear.weight", "net.linear.bias",
        ] {
            #expect(parameters.contains { $0.name == name }, "\(name)")
        }
        #expect(!parameters.contains { $0.name == "net.cells.0.preproc.net.2.weight" })
    }

    @Test func `shapes and fan-in of some parameters`() throws {
        let parameters = try space.parameters(input: cifar, classes: 10)
        func find(_ name: String) throws -> Parameter { try #require(parameters.first { $0.name == name }) }
        let stem = try find("net.stem.2.weight")
        #expect(stem.shape == [48, 48, 3, 3] && stem.fanIn == 432 && stem.role == .weight)
        let depthwise = try find("net.cells.0.dag.0.0._ops.3.net.1.weight")
        #expect(depthwise.shape == [16, 1, 5, 5] && depthwise.fanIn == 25)
        #expect(try find("net.cells.1.preproc.net.1.weight").shape == [16, 32, 1, 1])
        #expect(try find("net.linear.bias").fanIn == 32)
        #expect(try find("net.stem.1.num_batches_tracked").shape == [])
    }

    @Test func `every child's parameters are the supernet's`() throws {
        let all = Set(try space.parameters(input: cifar, classes: 10))
        for index in 0..<64 {
            let graph = try space.graph(of: space.child(at: index), input: cifar, classes: 10)
            #expect(graph.nodes.flatMap(\.parameters).allSatisfy(all.contains))
            #expect(graph.nodes.indices.allSatisfy { i in graph.nodes[i].inputs.allSatisfy { $0 < i } })
            #expect(graph.nodes[0].layer == .input && graph.nodes[graph.output].layer == .linear(output: 10))
        }
    }

    @Test func `labels, indices and genotypes go round`() throws {
        #expect(space.count == 64 && space.countText == "64")
        for a in 0..<4 {
            for b in 0..<4 {
                for c in 0..<4 {
                    let child = Child([UInt8(a), UInt8(b), UInt8(c)])
                    #expect(space.index(of: child) == 16 * a + 4 * b + c)
                    #expect(space.label(of: child) == "\(a + 1)\(b + 1)\(c + 1)")
                    #expect(try space.child(at: 16 * a + 4 * b + c) == child)
                    #expect(try space.child(named: space.label(of: child)) == child)
                    #expect(try space.child(named: space.genotype(of: child)) == child)
                }
            }
        }
        let child = try space.child(named: "1->2 max_pool_3x3,0->2  dil_conv_5x5, 0->1 sep_conv_5x5")
        #expect(space.genotype(of: child) == "0->1 sep_conv_5x5, 0->2 dil_conv_5x5, 1->2 max_pool_3x3")
    }

    @Test(arguments: [
        ("43", "'43' names no child of deeper-insights: expected 3 choices, such as 444, found 2"),
        ("435", "'435' names no child of deeper-insights: the choice at slot '1->2' is '5', expected 1 to 4"),
        ("034", "'034' names no child of deeper-insights: the choice at slot '0->1' is '0', expected 1 to 4"),
        ("", "'' names no child of deeper-insights: expected 3 choices, such as 444, found 0"),
        ("4 4", "'4 4' names no child of deeper-insights: unknown slot '4'; expected one of 0->1, 0->2, 1->2"),
        (
            "0->1 sep_conv_3x3, 0->2 sep_conv_7x7, 1->2 max_pool_3x3",
            "'0->1 sep_conv_3x3, 0->2 sep_conv_7x7, 1->2 max_pool_3x3' names no child of deeper-insights: "
                + "unknown operator 'sep_conv_7x7' at slot '0->2'; did you mean 'sep_conv_3x3'?"
        ),
        (
            "0->1 sep_conv_3x3, 0->1 sep_conv_3x3",
            "'0->1 sep_conv_3x3, 0->1 sep_conv_3x3' names no child of deeper-insights: the slot '0->1' is given twice"
        ),
        (
            "0->1 sep_conv_3x3, 0->2 sep_conv_3x3",
            "'0->1 sep_conv_3x3, 0->2 sep_conv_3x3' names no child of deeper-insights: the slot '1->2' is missing"
        ),
        (
            "0->1 sep_conv_3x3,",
            "'0->1 sep_conv_3x3,' names no child of deeper-insights: expected 'slot operator' between commas, found ''"
        ),
    ])
    func `a name that is no child's is refused`(name: String, message: String) {
        #expect(complaint { _ = try space.child(named: name) } == message)
    }

    @Test func `the cell sums edges and joins nodes`() throws {
        let graph = try space.graph(of: Child([0, 0, 0]), input: cifar, classes: 10)
        #expect(graph.nodes.count { $0.layer == .sum } == 4)
        let joins = graph.nodes.filter { $0.layer == .concatenation }
        #expect(joins.count == 4 && joins.allSatisfy { $0.shape == FeatureShape(channels: 32, height: 32, width: 32) })
    }
}
