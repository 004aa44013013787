import Architectures
import Foundations
import Policies
import Rankings

extension ProgressiveSearch {
    /// The scored children by this round's scorings.
    func rank() throws -> Ranking {
        try Ranking(
            state.snapshots, before: state.earlier.last?.scores ?? [:], scoring: recipe.score,
            subjects: scored.map {
                Ranking.Subject(
                    child: $0, label: space.label(of: $0), group: supernet.sharing.arena(of: $0)!,
                    params: cost(of: $0).params)
            }, counts: space.slots.map(\.choices.count)
        ) { child in
            tieDraw(seed: recipe.seeds[.policy], round: state.round, choices: child.choices.map(Int.init))
        }
    }

    /// Hears who the policy is, before hours of training rest on it.
    func greet() async throws {
        guard !isFinal, state.answer == nil else { return }
        do {
            let notes = try await callingPolicy {
                try await interruptibly { [policy] in try await policy.greet() }
            }
            guard !notes.isEmpty else { return }
            let before = try RecordedRun(store, name: name).events.last { $0.kind == "policy" }?.detail
            for note in notes { try observer.note(note) }
            let now = notes.joined(separator: "; ")
            if let before, before != now { try observer.note("the policy has changed; it was: \(before)") }
            journal.note(.session("policy", threads: nil, detail: now))
        } catch let error as any Complaint {
            throw error
        } catch let stopped as SearchStopped {
            throw stopped
        } catch {
            throw PolicyError("\(policy.name) does not answer: \(error)")
        }
    }

    /// Asks the policy, takes only an answer that names every survivor exactly once, and makes it durable before it is
    /// used: a run that is killed from here on finds it and does not ask again.
    func decide(_ ranking: Ranking) async throws -> Answer {
        if let answer = state.answer { return answer }
        let standing = try standing(ranking)
        let answer = try await callingPolicy {
            let answer: Answer
            if let held = try gated(ranking, standing) { answer = held } else { answer = try await ask(standing) }
            try answer.verdict.validate(against: standing)
            try checkRegrouping(answer)
            return answer
        }
        state.answer = answer
        try checkpoint(phase: .awaitDecision)
        return answer
    }

    /// Everyone stays where two successive rankings do not agree as much as the recipe asks for.
    private func gated(_ ranking: Ranking, _ standing: Standing) throws -> Answer? {
        guard let gate = recipe.score.gate, ranking.agreement ?? -1 < gate else { return nil }
        let found = ranking.agreement.map { String(format: "agree by tau-b %.3f", $0) } ?? "have no agreement"
        return Answer(
            verdict: .keepingEveryone(of: standing), policy: "gate", version: "1",
            notes: ["two successive rankings \(found), the gate asks for \(gate): nobody is dropped, groups stay"],
            isHeld: true)
    }

    private func ask(_ standing: Standing) async throws -> Answer {
        do {
            let decision = try await interruptibly { [policy] in try await policy.answer(standing) }
            return Answer(
                verdict: decision.verdict, policy: decision.policy, version: decision.version, notes: decision.notes)
        } catch let error as any Complaint {
            throw error
        } catch let stopped as SearchStopped {
            throw stopped
        } catch {
            throw PolicyError("\(policy.name) failed in round \(state.round): \(error)")
        }
    }
}

extension ProgressiveSearch {
    /// Waits for an answer, or until the observer asks to stop: the state before the decision is durable.
    ///
    /// - Throws: ``SearchStopped``.
    private func interruptibly<T: Sendable>(_ ask: @escaping @Sendable () async throws -> T) async throws -> T {
        let asking = Task(operation: ask)
        nonisolated(unsafe) let observer = observer
        let watching = Task {
            while !Task.isCancelled {
                if observer.shouldStop { return asking.cancel() }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        defer { watching.cancel() }
        do {
            return try await asking.value
        } catch is CancellationError {
            throw SearchStopped(signal: observer.signal)
        }
    }
}

extension Verdict {
    /// Those who train stay, those on probation stay there.
    static func keepingEveryone(of standing: Standing) -> Verdict {
        let waiting = standing.survivors.filter(\.probation).map(\.child)
        return Verdict(
            keep: standing.training.map(\.child),
            dropped: waiting.map { Dropped(child: $0, reason: "still on probation: the gate drops nobody") },
            probation: waiting, state: standing.state)
    }
}
