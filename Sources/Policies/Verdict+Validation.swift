extension Verdict {
    /// The longest `state` a verdict may carry, in bytes of UTF-8.
    public static var stateLimit: Int { 1 << 20 }

    /// Checks a verdict against the standing it answers. Nothing is pruned by one that fails.
    ///
    /// - `keep` and `dropped` together name every survivor exactly once, and someone is kept;
    /// - every reason says something;
    /// - `probation` is a subset of `dropped`, each named once: `keep` brings a child back that was on probation before,
    ///   `dropped` with `probation` leaves it there, `dropped` alone ends it;
    /// - `dropChoices` names slots and choices of the space, each once, and leaves every slot a choice; a survivor with
    ///   such a choice stands in `dropped` and not in `probation`, as it could never come back;
    /// - `regroup` goes by similarity, random or none into one group or more;
    /// - 0 < `nextBudgetFraction` <= 1; `state` is at most ``stateLimit`` long.
    ///
    /// - Throws: ``PolicyError`` quoting the offending item.
    /// - Cost: one look at each name.
    public func validate(against standing: Standing) throws {
        let survivors = Set(standing.survivors.map(\.child))
        var named: [String: String] = [:]
        for (child, list) in keep.map({ ($0, "keep") }) + dropped.map({ ($0.child, "dropped") }) {
            guard survivors.contains(child) else {
                throw PolicyError.unknown("\(list) names \(child.debugDescription), not a survivor", child, survivors)
            }
            if let other = named.updateValue(list, forKey: child) {
                let place = other == list ? "twice in \(list)" : "in \(other) and in \(list)"
                throw PolicyError("\(child.debugDescription) stands \(place)")
            }
        }
        if let left = standing.survivors.first(where: { named[$0.child] == nil }) {
            let more = survivors.count - named.count - 1
            let others = more > 0 ? " (and \(more) more)" : ""
            throw PolicyError("survivor \(left.child.debugDescription)\(others) is named in neither keep nor dropped")
        }
        if keep.isEmpty { throw PolicyError("keep is empty, expected at least one survivor") }
        if let mute = dropped.first(where: { $0.reason.allSatisfy(\.isWhitespace) }) {
            throw PolicyError("\(mute.child.debugDescription) is dropped without a reason")
        }
        try checkProbation(standing)
        try checkChoices(standing.space)
        try checkHolders(standing)
        try checkRest()
    }

    private func checkProbation(_ standing: Standing) throws {
        if let first = probation.first, !standing.isListed {
            throw PolicyError(
                "probation names \(first.debugDescription), but the survivors are a sample of more that live",
                hint: "only where every survivor is listed can some of them be scored and not trained")
        }
        let out = Set(dropped.map(\.child))
        var seen = Set<String>()
        for child in probation {
            if !out.contains(child) {
                throw PolicyError.unknown("probation names \(child.debugDescription), not in dropped", child, out)
            }
            if !seen.insert(child).inserted { throw PolicyError("\(child.debugDescription) stands twice in probation") }
        }
    }

    private func checkChoices(_ space: Standing.Space) throws {
        var left: [String: Set<String>] = [:]
        for slot in space.slots { left[slot.name] = Set(slot.choices) }
        for item in dropChoices {
            guard var choices = left[item.slot] else {
                let text = "dropChoices names slot \(item.slot.debugDescription), not in the space"
                throw PolicyError.unknown(text, item.slot, Set(left.keys))
            }
            if choices.remove(item.choice) == nil {
                let text = "dropChoices names \(item.choice.debugDescription), not a choice left in \(item.slot)"
                throw PolicyError.unknown(text, item.choice, choices)
            }
            if choices.isEmpty { throw PolicyError("dropChoices leaves slot \(item.slot.debugDescription) no choice") }
            if item.reason.allSatisfy(\.isWhitespace) {
                throw PolicyError("\(item.choice.debugDescription) is dropped from \(item.slot) without a reason")
            }
            left[item.slot] = choices
        }
    }

    private func checkHolders(_ standing: Standing) throws {
        let lists = [("keep", Set(keep)), ("probation", Set(probation))]
        for item in dropChoices {
            for survivor in standing.survivors where standing.has(survivor, item.choice, in: item.slot) {
                guard let list = lists.first(where: { $0.1.contains(survivor.child) })?.0 else { continue }
                throw PolicyError(
                    "\(list) names \(survivor.child.debugDescription), which has \(item.choice.debugDescription) at "
                        + "\(item.slot.debugDescription), in dropChoices",
                    hint: "name it in dropped only")
            }
        }
    }

    private func checkRest() throws {
        let ways = ["similarity", "random", "none"]
        if let regroup {
            if !ways.contains(regroup.by) {
                let text = "regroup by \(regroup.by.debugDescription), expected similarity, random or none"
                throw PolicyError.unknown(text, regroup.by, Set(ways))
            }
            if regroup.count < 1 { throw PolicyError("regroup into \(regroup.count) groups, expected 1 or more") }
        }
        if let fraction = nextBudgetFraction, !(fraction > 0 && fraction <= 1) {
            throw PolicyError("nextBudgetFraction \(fraction), expected above 0 and at most 1")
        }
        if let state, state.utf8.count > Self.stateLimit {
            throw PolicyError("state is \(state.utf8.count) bytes long, expected at most \(Self.stateLimit)")
        }
    }
}
