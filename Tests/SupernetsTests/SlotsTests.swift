import Architectures
import Datasets
import Networks
import Supernets
import Testing

/// Which values a step may touch.
@Suite struct SlotsTests {
    private static let skip = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .skip)

    /// Names of the parameters of one arena whose values two supernets do not share.
    private func changed(_ before: [String: [Float]], _ subject: Subject, arena: Int = 0) -> Set<String> {
        let now = values(subject, arena: arena)
        return Set(now.keys.filter { now[$0] != before[$0] })
    }

    private func values(_ subject: Subject, arena: Int = 0) -> [String: [Float]] {
        var result: [String: [Float]] = [:]
        for (index, parameter) in subject.supernet.layout.parameters.enumerated() {
            let pointer = subject.supernet.weights.values(WeightSlot(arena: arena, parameter: index))
            result[parameter.name] = (0..<parameter.count).map { pointer[$0] }
        }
        return result
    }

    private func step(_ subject: Subject, _ label: String, _ optimizer: Optimizer = SlotsTests.skip) throws {
        _ = try subject.supernet.step(
            [subject.child(label)], batch: subject.batch(0, 16), optimizer: optimizer, rate: 0.025, normMomentum: 0.4)
    }

    @Test(arguments: [("deeper-insights", "234"), ("nas-bench-201", "321043"), ("nas-bench-201", "103421")])
    func aStepChangesExactlyTheChildsOwnSlots(name: String, label: String) throws {
        let (fixture, _) = try Fixture.load(name)
        let subject = try Subject(fixture)
        let before = values(subject)
        try step(subject, label)
        let own = try subject.supernet.graph(of: subject.child(label)).nodes.flatMap(\.parameters)
        #expect(changed(before, subject) == Set(own.map(\.name)))
    }

    /// Node 2 of this cell reaches nothing, so its convolutions neither learn nor count batches.
    @Test func whatDoesNotReachTheLogitsIsLeftAlone() throws {
        let (fixture, _) = try Fixture.load("nas-bench-201")
        let subject = try Subject(fixture, groups: [["234120"]])
        let before = values(subject)
        try step(subject, "234120")
        let touched = changed(before, subject)
        #expect(touched.contains { $0.hasPrefix("cells.0.edges.1<-0.2.") })
        #expect(!touched.contains { $0.hasPrefix("cells.0.edges.2<-0.") })
    }

    @Test func decayGoesOnAfterTheFirstUseOnly() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture)
        let decay = Optimizer(momentum: 0.9, weightDecay: 1e-3, unsampled: .decay)
        try step(subject, "222", decay)
        let before = values(subject)
        try step(subject, "111", decay)
        let touched = changed(before, subject)
        #expect(touched.contains("net.cells.0.dag.0.0._ops.1.net.0.net.1.weight"))
        #expect(!touched.contains("net.cells.0.dag.0.0._ops.2.net.0.net.1.weight"))
        // Statistics of an operator that did not run stay.
        #expect(!touched.contains("net.cells.0.dag.0.0._ops.1.net.0.net.3.running_mean"))
    }

    @Test func groupsDoNotTouchEachOther() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture, groups: [["111", "222"], ["343"]])
        let before = values(subject, arena: 1)
        try step(subject, "222")
        #expect(changed(before, subject, arena: 1) == [])
        #expect(changed(before, subject, arena: 0).contains("net.stem.0.weight"))
    }

    /// A group of one child alone is a network of its own: the same losses as a supernet of that child.
    @Test func aGroupOfOneTrainsAsIfAlone() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let shared = try Subject(fixture, groups: [["111", "222"], ["343"]])
        let alone = try Subject(fixture, groups: [["343"]])
        for k in 0..<3 {
            try step(shared, k == 1 ? "111" : "222")
            try step(shared, "343")
            try step(alone, "343")
        }
        #expect(values(shared, arena: 1) == values(alone))
    }

    /// A split copies weights, momentum and statistics to both halves, which then part.
    @Test func aSplitInheritsEverything() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let split = try Subject(fixture, groups: [["111", "222", "343", "434"]])
        let whole = try Subject(fixture, groups: [["111", "222", "343", "434"]])
        try step(split, "222")
        try step(whole, "222")
        let (sharing, parents) = try split.supernet.sharing.split(
            keeping: Set(["111", "222", "434"].map { try split.child($0) }), into: Grouping(count: 2))
        #expect(parents == [0, 0])
        try split.supernet.split(sharing, parents: parents)
        #expect(values(split, arena: 0) == values(whole) && values(split, arena: 1) == values(whole))
        let last = try #require(sharing.arena(of: split.child("434")))
        try step(split, "434")
        try step(whole, "434")
        #expect(values(split, arena: last) == values(whole))
        #expect(values(split, arena: 1 - last) != values(whole))
        #expect(sharing.arena(of: try split.child("343")) == nil)
    }

    /// Two children a step: gradients add up in list order, one update.
    @Test func gradientsOfSeveralChildrenAreSummed() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let labels = ["111", "434"]
        let single = try labels.map { label -> [String: [Float]] in
            let subject = try Subject(fixture)
            try step(subject, label)
            return subject.gradients()
        }
        let both = try Subject(fixture)
        let result = try both.supernet.step(
            labels.map { try both.child($0) }, batch: both.batch(0, 16), optimizer: SlotsTests.skip, rate: 0.025,
            normMomentum: 0.4)
        #expect(result.losses.count == 2 && result.correct.count == 2 && result.images == 16)
        for (name, gradient) in both.gradients() {
            let expected = zip(single[0][name]!, single[1][name]!).map { $0 + $1 }
            let scale = expected.reduce(0) { max($0, abs($1)) }
            #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) <= 1e-6 * scale }, "\(name)")
        }
    }

    /// A loss that is no number stops the step before it touches anything.
    @Test func aDivergedStepLeavesTheWeights() throws {
        let (fixture, _) = try Fixture.load("deeper-insights")
        let subject = try Subject(fixture)
        subject.set { $0.name == "net.linear.bias" ? Array(repeating: .nan, count: $0.count) : nil }
        let before = subject.bytes
        #expect(throws: Diverged.self) { try step(subject, "111") }
        #expect(subject.bytes == before)
        #expect(subject.supernet.weights.firstNonFinite(arena: 0) == "net.linear.bias")
    }
}
