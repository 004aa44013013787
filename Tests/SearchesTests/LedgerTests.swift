import Architectures
import Checkpoints
import Foundation
import Foundations
import Reports
import Searches
import Testing

/// What a run stores of its decisions, held against figures computed again from its own rows.
@Suite struct LedgerTests {
    static let nas = [
        "space={use: nas-bench-201, cells: 1, channels: 4}", "score.sample=40", "train.budget={images: 4000}",
        "rounds=[{at: 0.3}, {at: 0.5}, {at: 0.7}]", "policy={use: drop-operators, by: effect, drop: 6}",
    ]
    static let probation = [
        "policy={use: regret-guard, wrap: keep-fraction, probation: 6, rounds: 2}", "train.budget={images: 3000}",
        "rounds=[{at: 0.3}, {at: 0.5}, {at: 0.7}]",
    ]
    static let held = ["score.gate=0.999999", "train.budget={images: 4000}"]
    static let runs: [[String]] = [
        [], ["score.measure=accuracy"], ["score.smooth=main-effects", "score.size-prior=1"], probation, held, nas,
    ]

    @Test(arguments: runs) func everyFigureFollowsFromTheRows(_ settings: [String]) async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(settings))
        let store = try scratch.store()
        var holdsACut = false
        for round in try store.decisions() {
            let rows = try store.scored(round.round)
            let kept = Set(round.survivors)
            let worst = rows.filter { kept.contains($0.child) }.map(\.score).min()
            let best = rows.filter { !kept.contains($0.child) }.map(\.score).max()
            let cut: Double? = if let worst, let best { (worst + best) / 2 } else { nil }
            #expect(round.cut == cut)
            holdsACut = holdsACut || cut != nil
            for row in rows {
                #expect(row.rank == 1 + rows.count { $0.score > row.score })
                guard let cut else {
                    #expect(row.margin == nil && row.confidence == nil)
                    continue
                }
                #expect(row.margin == row.score - cut)
                guard row.standardError > 0 else {
                    #expect(row.confidence == nil)
                    continue
                }
                // Phi(z) = erfc(-z / sqrt 2) / 2, z towards the child's own side.
                let z = (kept.contains(row.child) ? 1 : -1) * (row.score - cut) / row.standardError
                let confidence = try #require(row.confidence)
                #expect(abs(confidence - erfc(-z * 0.5.squareRoot()) / 2) < 1e-12)
            }
        }
        #expect(holdsACut == (settings != Self.held))
    }

    @Test(arguments: runs) func everyScoredChildHasItsRow(_ settings: [String]) async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(settings))
        let store = try scratch.store()
        let rounds = try store.decisions()
        var alive: Set<String>?
        for round in rounds {
            let rows = try store.scored(round.round)
            let labels = rows.map(\.child)
            #expect(Set(labels).count == labels.count && !labels.isEmpty)
            #expect(labels.sorted() == (round.survivors + round.dropped.map(\.child)).sorted())
            if round.round == 0 { #expect(labels.count == (settings == Self.nas ? 40 : 64)) }
            // All that were left alive are scored, while they can be listed; the final ranking leaves out probation.
            if let alive { #expect(Set(labels) == alive) }
            let members = Set(round.groups.joined())
            if settings != Self.nas { #expect(members == Set(round.survivors + (round.probation ?? []))) }
            let isBeforeLast = round.round == rounds.count - 2
            alive = round.alive == nil ? members.subtracting(isBeforeLast ? round.probation ?? [] : []) : nil
            let reasons = Dictionary(uniqueKeysWithValues: round.dropped.map { ($0.child, $0.reason) })
            for row in rows {
                #expect(row.score.isFinite && row.standardError.isFinite && row.standardError >= 0 && row.rank >= 1)
                #expect(row.kept == (reasons[row.child] == nil) && row.reason == reasons[row.child])
                #expect(row.reason?.isEmpty != true && row.macs > 0)
            }
            #expect(!round.policy.isEmpty && !round.policyVersion.isEmpty)
        }
        #expect(rounds.last?.policy == "final ranking" && rounds.last?.dropped.isEmpty == true)
    }

    @Test func aStoryIsTheChildsRows() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(Self.probation))
        let store = try scratch.store()
        let run = try RecordedRun(store, name: "micro")
        let rounds = try store.decisions()
        var fates: [RunLedger.Fate: Int] = [:]
        for index in 0..<64 {
            let label = run.space.label(of: try run.space.child(at: index))
            let story = try run.story(of: label)
            let rows = try rounds.compactMap { round in
                try store.scored(round.round).first { $0.child == label }.map { (round, $0) }
            }
            #expect(story.child == label && story.chapters.count == rows.count)
            var waits = false
            for (chapter, (round, row)) in zip(story.chapters, rows) {
                #expect(
                    chapter.round.round == round.round && chapter.scored == round.survivors.count + round.dropped.count)
                #expect(chapter.entry?.score == row.score && chapter.entry?.rank == row.rank)
                #expect(chapter.entry?.standardError == row.standardError && chapter.reason == row.reason)
                let goesOn = (round.probation ?? []).contains(label)
                let isLast = round.round == rounds.count - 1
                let fate: RunLedger.Fate =
                    isLast ? .final : row.kept ? (waits ? .returned : .kept) : goesOn ? .probation : .dropped
                #expect(chapter.fate == fate, "\(label) in round \(round.round)")
                waits = goesOn
                fates[fate, default: 0] += 1
            }
            switch story.standing {
            case .best: #expect(label == run.best)
            case .final: #expect(rounds.last!.survivors.contains(label) && label != run.best)
            case .dropped(let round): #expect(story.chapters.last?.round.round == round)
            case .onProbation: #expect(story.chapters.last?.fate == .probation)
            default: Issue.record("\(label) stands nowhere")
            }
            // By genotype it is the same child.
            #expect(try run.story(of: run.space.genotype(of: run.space.child(at: index))) == story)
        }
        #expect(fates[.probation, default: 0] >= 6 && fates[.dropped, default: 0] > 0)
    }

    /// The gate holds everyone, and says so in the round's row.
    @Test func aGateThatHoldsIsTold() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(Self.held))
        let ledger = try scratch.recorded().ledger
        #expect(ledger.rounds.map(\.decider) == [.gate, .gate, .finalRanking])
        for round in ledger.rounds.dropLast() {
            #expect(round.entries.allSatisfy { $0.fate == .kept } && round.cut == nil)
            #expect(round.notes.contains { $0.hasSuffix("the gate asks for 0.999999: nobody is dropped, groups stay") })
            #expect(round.text.contains("decided by the gate"))
        }
    }

    /// Children no round scored are told what became of them: those with a dropped choice, and those that lived on.
    @Test func childrenThatWereNeverScoredHaveAStory() async throws {
        let scratch = try Scratch()
        try await scratch.search(Micro.recipe(Self.nas))
        let store = try scratch.store()
        let (rounds, run) = (try store.decisions(), try RecordedRun(store, name: "micro"))
        var (through, unseen) = (0, 0)
        for index in stride(from: 0, to: 15_625, by: 121) {
            let child = try run.space.child(at: index)
            let label = run.space.label(of: child)
            let story = try run.story(of: label)
            // The first round with a dropped choice of the child is the last it saw.
            let last = rounds.first { round in
                (round.droppedChoices ?? []).contains { item in
                    run.space.slots.indices.contains {
                        run.space.slots[$0].name == item.slot && run.space.choice(of: child, atSlot: $0) == item.choice
                    }
                }
            }
            #expect(story.chapters.map(\.round.round) == Array(0...(last?.round ?? rounds.count - 1)))
            for chapter in story.chapters {
                let named = try store.scored(chapter.round.round).contains { $0.child == label }
                #expect((chapter.entry != nil) == named)
            }
            guard let last, story.chapters.last?.entry == nil else { continue }
            through += 1
            unseen += story.chapters.count - 1
            let choice = try #require(story.chapters.last?.choice)
            #expect(story.standing == .dropped(round: last.round) && story.chapters.last?.reason == choice.reason)
            #expect(story.text().contains("dropped through a choice"))
            #expect(story.text().contains("it has the dropped choice \(choice.choice) at slot \(choice.slot): "))
        }
        #expect(through > 50 && unseen > 10)
    }
}
