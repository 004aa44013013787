import Architectures
import Foundation
import Foundations
import Testing

@Suite struct NASBench201Tests {
    let space: SearchSpace

    init() throws { space = try SearchSpace.builtIn("nas-bench-201") }

    @Test func `forty published architectures`() throws {
        let rows = nasBench201Rows.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.count >= 40)
        for row in rows {
            let child = try space.child(named: row[1])
            #expect(space.genotype(of: child) == row[1])
            #expect(space.index(of: child) == Int(row[0]))
            #expect(try space.child(at: #require(Int(row[0]))) == child)
            #expect(try space.child(label: space.label(of: child)) == child)
            let graph = try space.graph(of: child, input: cifar, classes: 10)
            #expect(graph.parameterCount == Int(row[2]) && graph.multiplyAdds == Int(row[3]), "\(row[1])")
        }
    }

    /// The whole table, where `ESPALIER_NB201_TABLE` names its CSV: columns index, arch_str, e01 ... e23, params_c10,
    /// flops_c10.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ESPALIER_NB201_TABLE"] != nil))
    func `all published architectures`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["ESPALIER_NB201_TABLE"])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",").map(String.init)
        func column(_ name: String) throws -> Int { try #require(header.firstIndex(of: name)) }
        let digits = try ["e01", "e02", "e12", "e03", "e13", "e23"].map(column)
        let (index, text) = (try column("index"), try column("arch_str"))
        let (parameters, multiplyAdds) = (try column("params_c10"), try column("flops_c10"))
        var equal = 0
        for line in lines.dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let child = try space.child(genotype: cells[text])
            let graph = try space.graph(of: child, input: cifar, classes: 10)
            let agrees =
                space.label(of: child) == digits.map { cells[$0] }.joined() && space.genotype(of: child) == cells[text]
                && space.index(of: child) == Int(cells[index]) && graph.parameterCount == Int(cells[parameters])
                && graph.multiplyAdds == Int(cells[multiplyAdds])
            equal += agrees ? 1 : 0
        }
        print("NAS-Bench-201: \(equal) of \(lines.count - 1) rows agree in every column checked")
        #expect(equal == 15_625 && lines.count == 15_626)
    }

    @Test func `the published numbering is not lexicographic and covers every child once`() throws {
        #expect(space.count == 15_625)
        var seen: Set<Child> = []
        for index in 0..<15_625 {
            let child = try space.child(at: index)
            #expect(space.index(of: child) == index)
            seen.insert(child)
        }
        #expect(seen.count == 15_625)
        #expect(space.label(of: try space.child(at: 0)) == "421211")
    }

    @Test func `parameters are overridden`() throws {
        let small = try space.with(parameters: ["channels": 4, "cells": 1, "affine": 0])
        #expect(small.parameters == ["channels": 4, "cells": 1, "affine": 0] && small != space)
        let names = try small.parameters(input: cifar, classes: 10).map(\.name)
        #expect(names.contains("cells.0.edges.1<-0.3.op.1.weight") && names.contains("cells.1.conv_a.op.1.weight"))
        #expect(names.contains("cells.3.downsample.1.weight"))
        #expect(names.contains("cells.4.edges.3<-2.2.op.2.running_mean"))
        #expect(!names.contains("cells.0.edges.1<-0.3.op.2.weight"))
        #expect(!names.contains("cells.5.edges.1<-0.3.op.1.weight"))
        #expect(try SearchSpace.load(text: small.sourceText, path: "run") == small)
        #expect(
            complaint { _ = try space.with(parameters: ["chanels": 4]) } == """
                nas-bench-201 has no parameter 'chanels'; did you mean 'channels'?
                """)
        let affine = complaint { _ = try space.with(parameters: ["affine": 2]) }
        #expect(affine?.hasSuffix("affine: the value is 2, expected 0 to 1") == true)
        #expect(
            complaint { _ = try space.with(parameters: ["cells": -1]) } == """
                parameter cells=-1: parameters.cells: expected a whole number from 0 to 65536, found '-1'
                """)
    }

    @Test(arguments: [
        ("|none~0|", "expected 3 nodes joined by '+', found 1"),
        ("|none~0|+|none~0|+|none~0|none~1|none~2|", "node 2 is '|none~0|', expected 2 operators between '|'"),
        (
            "|none~0|+|none~0|none~1|+|none~0|none~2|none~1|",
            "node 3 has 'none~2', expected an operator and '~1'"
        ),
        (
            "|none~0|+|none~0|nor_conv_3x4~1|+|none~0|none~1|none~2|",
            "unknown operator 'nor_conv_3x4' at slot '1->2'; did you mean 'nor_conv_3x3'?"
        ),
    ])
    func `a genotype that does not parse is refused`(text: String, problem: String) {
        let found = complaint { _ = try space.child(named: text) }
        #expect(found == "'\(text)' names no child of nas-bench-201: \(problem)")
    }
}
