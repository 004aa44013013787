import Architectures
import Foundations
import Networks
import Supernets
import Testing

/// What a step touches, over all bytes of all arenas, in every way of sharing.
@Suite struct ArenasTests {
    private static let labels = ["111", "222", "343", "434", "121", "244"]

    struct Mode: Sendable, CustomTestStringConvertible {
        var groups: Int
        var by = Grouping.By.similarity
        var common = CommonParameters.none
        var space = "deeper-insights"

        var testDescription: String { "\(space), \(groups) groups by \(by), common \(common)" }
    }

    private static let modes =
        [
            Mode(groups: 1), Mode(groups: 3), Mode(groups: 3, by: .random), Mode(groups: 6),
            Mode(groups: 6, common: .keyword(["net.1.weight", "net.2.weight"])),
            Mode(groups: 2, common: .keyword(["running_", "num_batches_tracked", "net.stem.1", "net.stem.3"])),
            Mode(groups: 2, common: .keyword(["net"])),
        ] + (0...2).map { Mode(groups: 6, common: .prefix(cells: $0)) }

    private func subject(_ mode: Mode) throws -> Subject {
        let (fixture, _) = try Fixture.load(mode.space)
        let whole = try Subject(fixture, groups: [Self.labels], common: mode.common)
        let space = whole.supernet.space
        let children = Set(try Self.labels.map { try whole.child($0) })
        let sharing = try whole.supernet.sharing.split(
            keeping: children, into: Grouping(by: mode.by, count: mode.groups)
        ).sharing
        return try Subject(
            fixture, groups: sharing.groups.map { $0.map { space.label(of: $0) } }, common: mode.common)
    }

    private struct Place: Hashable {
        let arena: Int
        let name: String
        let kind: String
    }

    /// Every float and every mark of use.
    private func snapshot(_ subject: Subject) -> [Place: [UInt8]] {
        let layout = subject.supernet.layout
        var result: [Place: [UInt8]] = [:]
        for blob in subject.supernet.weights.blobs() {
            let words = blob.name.split(separator: "/")
            let kind = String(words[2])
            for (index, parameter) in layout.parameters.enumerated() {
                let size = kind == "used" ? 1 : 4 * parameter.count
                let offset = kind == "used" ? index : 4 * layout.offsets[index]
                guard kind == "used" || (kind == "statistics") != parameter.role.isLearnt else { continue }
                result[Place(arena: Int(words[1])!, name: parameter.name, kind: kind)] =
                    Array(blob.bytes[offset..<offset + size])
            }
        }
        return result
    }

    private func step(_ subject: Subject, _ label: String, at first: Int = 0, _ optimizer: Optimizer? = nil) throws {
        _ = try subject.supernet.step(
            [subject.child(label)], batch: subject.batch(first, 16),
            optimizer: optimizer ?? Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip), rate: 0.025,
            normMomentum: 0.4)
    }

    /// What a step of a child may touch by the rules of sharing alone.
    private func expectStepTouchesOnlyItsOwn(_ subject: Subject, _ label: String) throws {
        let child = try subject.child(label)
        let parameters = try subject.supernet.graph(of: child).nodes.flatMap(\.parameters)
        let sharing = subject.supernet.sharing
        var expected: Set<Place> = []
        for parameter in parameters {
            let arena = try #require(sharing.arena(of: child, parameter: parameter))
            for kind in parameter.role.isLearnt ? ["weights", "momentum"] : ["statistics"] {
                expected.insert(Place(arena: arena, name: parameter.name, kind: kind))
            }
        }
        let before = snapshot(subject)
        try step(subject, label)
        let after = snapshot(subject)
        let changed = Set(after.keys.filter { $0.kind != "used" && before[$0] != after[$0] })
        #expect(changed == expected, "\(changed.symmetricDifference(expected).prefix(3))")
        let used = after.keys.filter { $0.kind == "used" && after[$0] == [1] }
        let learnt = expected.filter { $0.kind == "weights" }
        let own = Set(
            used.filter { before[$0] != after[$0] }.map { Place(arena: $0.arena, name: $0.name, kind: "weights") })
        #expect(own.isSubset(of: learnt))
        #expect(learnt.allSatisfy { after[Place(arena: $0.arena, name: $0.name, kind: "used")] == [1] })
    }

    @Test(arguments: modes)
    func aStepChangesExactlyItsSlots(_ mode: Mode) throws {
        let subject = try subject(mode)
        #expect(subject.supernet.weights.arenas.count == mode.groups + (mode.common == .none ? 0 : 1))
        for label in ["343", "111", "343"] { try expectStepTouchesOnlyItsOwn(subject, label) }
    }

    @Test(arguments: Grouping.Reset.allCases, [CommonParameters.none, .prefix(cells: 1)])
    func aStepAfterASplitChangesExactlyItsSlots(_ reset: Grouping.Reset, _ common: CommonParameters) throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        // Group 0 is split, group 1 lives on, group 2 dies.
        let subject = try Subject(fixture, groups: [["111", "222", "121"], ["343"], ["434", "244"]], common: common)
        for label in ["222", "343", "434"] { try step(subject, label) }
        let before = snapshot(subject)
        let kept = try Set(["111", "222", "121", "343"].map { try subject.child($0) })
        let (sharing, parents) = try subject.supernet.sharing.split(keeping: kept, into: Grouping(count: 3))
        #expect(parents == (common == .none ? [0, 0, 1] : [0, 0, 1, 3]))
        try subject.supernet.split(sharing, parents: parents, reset: reset)
        let fresh = SharedWeights(layout: subject.supernet.layout, arenas: 1, seed: 1)
        let start = Dictionary(uniqueKeysWithValues: fresh.blobs().map { ($0.name, $0.bytes) })
        let now = Dictionary(uniqueKeysWithValues: subject.supernet.weights.blobs().map { ($0.name, $0.bytes) })
        let after = snapshot(subject)
        for (place, bytes) in after {
            let isSplit = place.arena < 2
            let inherited = before[Place(arena: parents[place.arena], name: place.name, kind: place.kind)]
            switch (isSplit, reset, place.kind) {
            case (true, .momentum, "momentum"), (true, .momentum, "used"):
                #expect(bytes.allSatisfy { $0 == 0 }, "\(place)")
            case (true, .weights, _): break
            default: #expect(bytes == inherited, "\(place)")
            }
        }
        if reset == .weights {
            for arena in 0..<2 {
                for kind in ["weights", "momentum", "statistics", "used"] {
                    #expect(now["arena/\(arena)/\(kind)"] == start["arena/0/\(kind)"], "\(arena) \(kind)")
                }
            }
        }
        let lost = SharedWeights.lost(arenas: before.keys.map(\.arena).max()! + 1, parents: parents, reset: reset)
        #expect(lost == (reset == .weights ? [0, 2] : [2]))
        for label in ["343", "121", "222"] { try expectStepTouchesOnlyItsOwn(subject, label) }
    }

    /// Groups of one trained in turns are so many networks alone, bit for bit: same batches and rates, also with decay.
    @Test(arguments: [Optimizer.Unsampled.decay, .skip])
    func groupsOfOneAreNetworksAlone(_ unsampled: Optimizer.Unsampled) throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: unsampled)
        let labels = ["111", "343", "244"]
        let together = try Subject(fixture, groups: labels.map { [$0] })
        let alone = try labels.map { try Subject(fixture, groups: [[$0]]) }
        for k in 0..<9 {
            for subject in [together, alone[k % 3]] { try step(subject, labels[k % 3], at: 16 * k, optimizer) }
        }
        for (group, subject) in alone.enumerated() {
            #expect(
                together.supernet.weights.blobs(of: group, as: "x").map(\.bytes)
                    == subject.supernet.weights.blobs(of: 0, as: "x").map(\.bytes))
        }
    }

    /// Prefix sharing is what one group trains where everything is common, and apart where nothing is.
    @Test func everythingCommonIsOneGroup() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let common = try Subject(fixture, groups: [["111"], ["343"]], common: .keyword(["net."]))
        let all = try Subject(fixture, groups: [["111", "343"]])
        let optimizer = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
        for k in 0..<6 {
            for subject in [common, all] { try step(subject, ["111", "343"][k % 2], at: 16 * k, optimizer) }
        }
        #expect(
            common.supernet.weights.blobs(of: 2, as: "x").map(\.bytes)
                == all.supernet.weights.blobs(of: 0, as: "x").map(\.bytes))
    }

    /// Two children of two groups in one step: each private gradient is its own, the common one the sum.
    @Test func aStepOfTwoGroupsTrainsBothAndTheCommonPart() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture, groups: [["111"], ["343"], ["222"]], common: .prefix(cells: 1))
        let before = snapshot(subject)
        _ = try subject.supernet.step(
            ["111", "343"].map { try subject.child($0) }, batch: subject.batch(0, 16),
            optimizer: Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip), rate: 0.025, normMomentum: 0.4)
        let after = snapshot(subject)
        let changed = Set(after.keys.filter { before[$0] != after[$0] }.map(\.arena))
        #expect(changed == [0, 1, 3])
    }

    /// An open sharing trains as the listed one of the same children, and goes on as a listed one.
    @Test func anOpenSharingTrains() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let open = try Subject(fixture, open: true)
        let listed = try Subject(fixture, groups: [Self.labels])
        for label in ["343", "111", "244"] { for subject in [open, listed] { try step(subject, label) } }
        #expect(open.bytes == listed.bytes)
        let fewer = Restriction(open.supernet.space).removing([try open.child("111")])
        try open.supernet.split(.open(fewer), parents: [0])
        try open.supernet.split(Sharing.all(try #require(fewer.list())), parents: [0])
        for subject in [open, listed] { try step(subject, "434") }
        #expect(open.bytes == listed.bytes && open.supernet.sharing.children.count == 63)
    }

    @Test func moreArenasThanMemoryAreRefused() throws {
        let space = try SearchSpace.builtIn("nas-bench-201")
        let layout = ParameterLayout(
            try space.parameters(input: FeatureShape(channels: 3, height: 32, width: 32), classes: 10))
        let bytes = SharedWeights.arenaBytes(layout)
        #expect(throws: Never.self) { try SharedWeights.checkMemory(layout, arenas: 100, memory: 100 * bytes) }
        let error = #expect(throws: SharingError.self) {
            try SharedWeights.checkMemory(layout, arenas: 15_625, memory: 8 << 30)
        }
        #expect(error?.exitCode == .recipe)
        #expect(error?.message.contains("15625 sets of weights need \((15_625 * bytes) >> 20) MB") == true)
        #expect(throws: SharingError.self) { try SharedWeights.checkMemory(layout, arenas: .max) }
    }
}
