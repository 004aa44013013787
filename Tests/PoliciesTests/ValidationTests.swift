import Foundations
import Policies
import Testing

@Suite struct ValidationTests {
    /// Three children of a space of two slots; only c1 has `pool` at 0->1.
    private let standing = {
        var standing = Standings.of([1, 2, 3])
        standing.space.slots = ["0->1", "0->2"].map { .init(name: $0, choices: ["pool", "conv"]) }
        for (place, choices) in [[1, 0], [0, 1], [1, 1]].enumerated() { standing.survivors[place].choices = choices }
        return standing
    }()

    private func message(_ verdict: Verdict) -> String {
        do { try verdict.validate(against: standing) } catch let error as PolicyError {
            #expect(error.exitCode == .policy)
            return error.description
        } catch { return "\(error)" }
        return "fine"
    }

    private func dropping(_ children: String...) -> Verdict {
        let all = ["c0", "c1", "c2"]
        return Verdict(
            keep: all.filter { !children.contains($0) }, dropped: children.map { .init(child: $0, reason: "low") })
    }

    @Test func namesEverySurvivorOnce() {
        #expect(message(dropping("c1")) == "fine")
        #expect(
            message(Verdict(keep: ["c0", "c1"], dropped: []))
                == "survivor \"c2\" is named in neither keep nor dropped")
        #expect(
            message(Verdict(keep: ["c0"], dropped: []))
                == "survivor \"c1\" (and 1 more) is named in neither keep nor dropped")
        #expect(message(Verdict(keep: ["c0", "c0", "c1", "c2"], dropped: [])) == "\"c0\" stands twice in keep")
        #expect(
            message(Verdict(keep: ["c0", "c1", "c2"], dropped: [.init(child: "c2", reason: "x")]))
                == "\"c2\" stands in keep and in dropped")
        #expect(
            message(Verdict(keep: ["c0", "c1", "c2", "c22"], dropped: []))
                == "keep names \"c22\", not a survivor (did you mean c2?)")
        #expect(message(dropping("c0", "c1", "c2")) == "keep is empty, expected at least one survivor")
        #expect(
            message(Verdict(keep: ["c0", "c1"], dropped: [.init(child: "c2", reason: " \n")]))
                == "\"c2\" is dropped without a reason")
        #expect(message(Verdict(keep: ["c0\u{1B}[2J"], dropped: [])).hasPrefix("keep names \"c0\\u{1B}[2J\", not"))
    }

    @Test func probationIsPartOfDropped() {
        var verdict = dropping("c1", "c2")
        verdict.probation = ["c1"]
        #expect(message(verdict) == "fine")
        verdict.probation = ["c1", "c1"]
        #expect(message(verdict) == "\"c1\" stands twice in probation")
        verdict.probation = ["c0"]
        #expect(message(verdict) == "probation names \"c0\", not in dropped (did you mean c1?)")
    }

    @Test func choicesBelongToTheSpace() {
        var verdict = dropping("c1")
        verdict.dropChoices = [.init(slot: "0->1", choice: "pool", reason: "weak")]
        #expect(message(verdict) == "fine")
        verdict.dropChoices.append(.init(slot: "0->1", choice: "conv", reason: "weak"))
        #expect(message(verdict) == "dropChoices leaves slot \"0->1\" no choice")
        verdict.dropChoices = [.init(slot: "0->3", choice: "pool", reason: "weak")]
        #expect(message(verdict) == "dropChoices names slot \"0->3\", not in the space (did you mean 0->1?)")
        verdict.dropChoices = [.init(slot: "0->1", choice: "pol", reason: "weak")]
        #expect(message(verdict) == "dropChoices names \"pol\", not a choice left in 0->1 (did you mean pool?)")
        verdict.dropChoices = [.init(slot: "0->1", choice: "pool", reason: "")]
        #expect(message(verdict) == "\"pool\" is dropped from 0->1 without a reason")
    }

    @Test func whoHasADroppedChoiceIsDropped() {
        var verdict = dropping("c0")
        verdict.dropChoices = [.init(slot: "0->1", choice: "pool", reason: "weak")]
        #expect(
            message(verdict)
                == "keep names \"c1\", which has \"pool\" at \"0->1\", in dropChoices (name it in dropped only)")
        verdict = dropping("c0", "c1")
        verdict.dropChoices = [.init(slot: "0->1", choice: "pool", reason: "weak")]
        verdict.probation = ["c0"]
        #expect(message(verdict) == "fine")
        verdict.probation = ["c1"]
        #expect(
            message(verdict)
                == "probation names \"c1\", which has \"pool\" at \"0->1\", in dropChoices (name it in dropped only)")
    }

    @Test func choicesAreNumberedAsTheChildrenAre() {
        // Choice 0 of the first slot went before: 1 is now the only name left, and c0 and c2 have it.
        var later = standing
        later.space.slots[0] = .init(name: "0->1", choices: ["conv", "skip"], indices: [1, 2])
        #expect(later.has(later.survivors[0], "conv", in: "0->1"))
        #expect(!later.has(later.survivors[1], "conv", in: "0->1"))
        #expect(later.space.slots[0].name(of: 0) == nil)
        #expect(!later.has(later.survivors[0], "conv", in: "0->9"))
    }

    @Test func aChildOnProbationMayReturnStayOrGo() {
        for verdict in [dropping("c1"), dropping("c0", "c1"), dropping("c0")] {
            for probation in [[], verdict.dropped.map(\.child)] {
                var verdict = verdict
                verdict.probation = probation
                #expect(throws: Never.self) {
                    try verdict.validate(against: Standings.onProbation([1], standing))
                }
            }
        }
    }

    @Test func theRest() {
        var verdict = dropping("c1")
        verdict.regroup = .init(by: "similar", count: 2)
        #expect(
            message(verdict)
                == "regroup by \"similar\", expected similarity, random or none (did you mean similarity?)"
                || message(verdict) == "regroup by \"similar\", expected similarity, random or none")
        verdict.regroup = .init(by: "random", count: 0)
        #expect(message(verdict) == "regroup into 0 groups, expected 1 or more")
        verdict.regroup = nil
        verdict.nextBudgetFraction = 0
        #expect(message(verdict) == "nextBudgetFraction 0.0, expected above 0 and at most 1")
        verdict.nextBudgetFraction = 1
        verdict.state = String(repeating: "ä", count: Verdict.stateLimit / 2)
        #expect(message(verdict) == "fine")
        verdict.state?.append("x")
        #expect(message(verdict) == "state is 1048577 bytes long, expected at most 1048576")
    }
}
