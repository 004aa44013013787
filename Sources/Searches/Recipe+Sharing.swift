import Architectures
import Foundations

extension Grouping {
    /// `none`, or `{by: similarity, count: m}` and its other keys.
    init?(regroup node: YAMLNode) throws {
        if case .scalar(let word, _) = node.tree.content {
            guard word == "none" else {
                throw node.error("expected none or {by: similarity, count: m}, found '\(word)'")
            }
            return nil
        }
        var map = try node.mapping()
        try self.init(&map)
        try map.finish()
    }

    /// The keys of a grouping among others. - Parameter count: what is taken where no count may be given.
    init(_ map: inout YAMLMapping, count fixed: Int? = nil) throws {
        let by: By = try map.choice("by", default: .similarity)
        let count = try fixed ?? map.int("count", in: 1...20_000)
        let using = try map.optional("using").map { ($0, try $0.choice(Using.self)) }
        if let (node, using) = using, using == .slices, by == .correlation || by == .gradient {
            throw node.error("slices are cut from the order of choices; groups by \(by.rawValue) need agglomeration")
        }
        if let (node, using) = using, using == .agglomeration, by == .random {
            throw node.error("random groups are dealt by a seeded draw, not joined; leave 'using' out")
        }
        let weighted = map.optional("weighted")
        let reset: Reset = try map.choice("reset", default: Reset.none)
        let partition = map.optional("partition")
        let batches = map.optional("batches")
        for (key, node, kind) in [
            ("weighted", weighted, By.similarity), ("partition", partition, .random), ("batches", batches, .gradient),
        ] {
            guard let node, by != kind else { continue }
            throw node.error("'\(key)' belongs to groups by \(kind.rawValue), not by \(by.rawValue)")
        }
        self.init(
            by: by, count: count, weighted: try weighted?.choice(Weighted.self) ?? Weighted.none, using: using?.1,
            reset: reset,
            partition: try partition?.whole(in: 0...UInt32.max) ?? 42, batches: try batches?.int(in: 1...64) ?? 2)
    }

    /// As a recipe spells it, without braces.
    var keys: String { keys(counting: true) }

    /// - Parameter counting: false leaves the number of groups out.
    func keys(counting: Bool) -> String {
        var text = "by: \(by.rawValue)" + (counting ? ", count: \(count)" : "")
        switch by {
        case .similarity: text += ", weighted: \(weighted.rawValue), using: \(using.rawValue)"
        case .random: text += ", partition: \(partition)"
        case .correlation: break
        case .gradient: text += ", batches: \(batches)"
        }
        return text + ", reset: \(reset.rawValue)"
    }
}

extension Recipe.SharingChoice {
    private static let modes = ["all", "groups", "prefix", "keyword", "none", "adaptive"]

    init(_ node: YAMLNode) throws {
        var map = try node.mapping()
        let word = try map.name("mode", among: Self.modes)
        switch word {
        case "groups": mode = .groups(try Grouping(&map))
        case "prefix": mode = .prefix(cells: try map.int("cells", in: 0...1000))
        case "keyword":
            let words = try map.list("share", count: 1...64).map { try $0.string() }
            mode = .keyword(words)
        case "none": mode = .none
        case "adaptive":
            let below = try map.int("below", in: 2...20_000, default: 16)
            let least = try map.int("least", in: 1...20_000, default: 4)
            mode = .adaptive(try Grouping(&map, count: 1), below: below, least: least)
        default: mode = .all
        }
        let place = map.optional("independent")
        independent = try place?.bool() ?? false
        try map.finish()
        if independent, let place, word == "prefix" || word == "keyword" {
            throw place.error("groups with parameters in common cannot have budgets of their own")
        }
        if case .groups(let grouping) = mode, grouping.by == .correlation || grouping.by == .gradient {
            throw node.error("groups by \(grouping.by.rawValue) need training first; give them as a round's regroup")
        }
        if case .groups(let grouping) = mode, grouping.reset != .none {
            throw node.error("nothing can be reset in groups from the start")
        }
    }

    /// As a recipe spells it.
    var text: String {
        let own = independent ? ", independent: true" : ""
        switch mode {
        case .all: return "{mode: all\(own)}"
        case .groups(let grouping): return "{mode: groups, \(grouping.keys)\(own)}"
        case .prefix(let cells): return "{mode: prefix, cells: \(cells)}"
        case .keyword(let words):
            return "{mode: keyword, share: [\(words.map { $0.quotedScalar }.joined(separator: ", "))]}"
        case .none: return "{mode: none\(own)}"
        case .adaptive(let grouping, let below, let least):
            return "{mode: adaptive, below: \(below), least: \(least), \(grouping.keys(counting: false))\(own)}"
        }
    }
}
