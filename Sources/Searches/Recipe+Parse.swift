import Architectures
import Datasets
import Foundations
import Policies
import Supernets

extension Recipe {
    /// Reads a recipe strictly: an unknown, repeated or ill-typed key is an error with file, line and path.
    ///
    /// - Throws: ``YAMLError``, ``DatasetError``, ``PolicyError``; exit status 3 for all that concerns the text.
    package init(_ node: YAMLNode, resolvingPolicy: Bool = true) throws {
        var map = try node.mapping()
        let schema = try map.string("schema")
        guard schema == Recipe.schema else {
            throw node.error("schema: expected \(Recipe.schema), found \(schema.debugDescription)")
        }
        space = try SpaceChoice(map.required("space"))
        data = try DataChoice(map.required("data"))
        seeds = try Recipe.seeds(&map, at: node)
        train = try Training(map.required("train"))
        sharing = try map.optional("sharing").map { try SharingChoice($0) } ?? .all
        score = try Scoring(map.optional("score") ?? node.nothing(at: "score"), data: data)
        rounds = try map.optional("rounds").map(Recipe.rounds) ?? []
        policy = try map.optional("policy").map { try PolicySpecification($0, resolving: resolvingPolicy) } ?? .keepAll
        checkpoint = try CheckpointRule(map.optional("checkpoint"))
        try map.finish()
    }

    private static func seeds(_ map: inout YAMLMapping, at node: YAMLNode) throws -> Seeds {
        let all = 0...UInt64.max
        if let seeds = map.optional("seeds") {
            if map.optional("seed") != nil { throw seeds.error("give either 'seed' or 'seeds', not both") }
            var map = try seeds.mapping()
            let value = Seeds(
                initialisation: try map.whole("init", in: all), order: try map.whole("order", in: all),
                data: try map.whole("data", in: all), augment: try map.whole("augment", in: all))
            try map.finish()
            return value
        }
        return Seeds(try map.whole("seed", in: all, default: 0))
    }

    private static func rounds(_ node: YAMLNode) throws -> [Round] {
        var last: [Due.Unit: Double] = [:]
        return try node.list(count: 0...1000).map { item in
            var map = try item.mapping()
            let given = Due.Unit.allCases.compactMap { unit in map.optional(unit.rawValue).map { (unit, $0) } }
            guard given.count == 1 else {
                throw item.error("expected exactly one of at, steps and epochs, found \(given.count)")
            }
            let (unit, place) = given[0]
            let amount: Double
            switch unit {
            case .fraction:
                amount = try place.double(in: 0...1)
                guard amount > last[unit] ?? 0, amount < 1 else {
                    throw place.error(
                        "decisions lie between 0 and 1, each after the one before; found \(amount) after \(last[unit] ?? 0.0)"
                    )
                }
            case .steps, .epochs:
                amount = unit == .steps ? Double(try place.int(in: 1...Int(Int32.max))) : try place.double(in: 0...1e9)
                guard amount > last[unit] ?? 0 else {
                    throw place.error(
                        "decisions lie each after the one before; found \(amount) after \(last[unit] ?? 0.0)")
                }
            }
            last[unit] = amount
            let regroup = try map.optional("regroup").flatMap { try Grouping(regroup: $0) }
            try map.finish()
            return Round(at: Due(unit: unit, amount: amount), regroup: regroup)
        }
    }
}

extension Recipe.SpaceChoice {
    /// A name or file, or `{use: name, channels: 16, cells: 2, only: [434, 111]}`.
    init(_ node: YAMLNode) throws {
        if case .scalar = node.tree.content {
            self.init(use: try node.string(), parameters: [:])
            return
        }
        var map = try node.mapping()
        let use = try map.string("use")
        var parameters: [String: Int] = [:]
        for (key, value) in try node.entries() where key != "use" && key != "only" {
            parameters[key] = try value.int(in: 0...65_536)
        }
        var seen: Set<String> = []
        let only = try (map.optional("only")?.list(count: 1...20_000) ?? []).map { item in
            let label = try item.string()
            guard seen.insert(label).inserted else { throw item.error("child '\(label)' stands twice") }
            return label
        }
        self.init(use: use, parameters: parameters, only: only)
    }
}

extension Recipe.DataChoice {
    init(_ node: YAMLNode) throws {
        var map = try node.mapping()
        set = try map.name("set", among: DatasetSource.names)
        let place = map.optional("folder")
        folder = try place?.string()
        holdOut = HoldOut()
        if let node = map.optional("hold-out") {
            var map = try node.mapping()
            holdOut.rank = try map.int("rank", in: 0...Int(Int32.max), default: 0)
            holdOut.pick = try map.int("pick", in: 0...Int(Int32.max), default: 0)
            try map.finish()
        }
        resize = try map.optional("resize").flatMap { Int(try $0.name(among: ["none", "14", "16"])) }
        augmentation = .none
        if let node = map.optional("augment") {
            do {
                augmentation = try Augmentation(words: try node.list(count: 0...8).map { try $0.string() })
            } catch let error as DatasetError {
                throw node.error(error.problem)
            }
        }
        synthetic = SyntheticRecipe()
        if let node = map.optional("synthetic") { synthetic = try SyntheticRecipe(node) }
        try map.finish()
        if set == "synthetic", let place { throw place.error("the synthetic set is drawn, it has no folder") }
    }
}

extension SyntheticRecipe {
    /// The keys of the built-in set in a recipe; what is left out keeps its default.
    init(_ node: YAMLNode) throws {
        self.init()
        var map = try node.mapping()
        let (counts, reals) = (0...1_000_000, 0.0...1_000_000)
        seed = try map.whole("seed", in: 0...UInt64.max, default: seed)
        for (key, path) in SyntheticRecipe.counts {
            self[keyPath: path] = try map.int(key, in: counts, default: self[keyPath: path])
        }
        for (key, path) in SyntheticRecipe.reals {
            self[keyPath: path] = try map.double(key, in: reals, default: self[keyPath: path])
        }
        try map.finish()
        do {
            try check()
        } catch {
            throw node.error(error.problem)
        }
    }

    /// Every whole-numbered and every real key of `data.synthetic`.
    static var counts: [(key: String, path: WritableKeyPath<SyntheticRecipe, Int>)] {
        [
            ("train", \.train), ("test", \.test), ("side", \.side), ("channels", \.channels), ("fine", \.fine),
            ("coarse", \.coarse), ("relation", \.relation), ("pairs", \.pairs),
        ]
    }

    static var reals: [(key: String, path: WritableKeyPath<SyntheticRecipe, Double>)] {
        [
            ("fine-period", \.finePeriod), ("coarse-period", \.coarsePeriod), ("distance", \.distance),
            ("jitter", \.jitter), ("contrast", \.contrast), ("contrast-spread", \.contrastSpread),
            ("mark-contrast", \.markContrast), ("clutter", \.clutter), ("colour", \.colour),
            ("background", \.background), ("noise", \.noise),
        ]
    }
}

extension Recipe.Training {
    init(_ node: YAMLNode) throws {
        var map = try node.mapping()
        batch = try map.int("batch", in: 1...65_536, default: 256)
        budget = try Budget(map.required("budget"))
        var inner = try (map.optional("optimizer") ?? node.nothing(at: "optimizer")).mapping()
        let start = try inner.double("lr", in: 0...1000, default: 0.025)
        let end = try inner.double("lr-end", in: 0...1000, default: 0.001)
        schedule = Schedule(
            start: start, end: end, shape: try inner.choice("schedule", default: .cosine),
            restart: try inner.choice("restart", default: Schedule.Restart.none),
            warmUp: try inner.double("warm-up", in: 0...0.999, default: 0))
        optimizer = Optimizer(
            momentum: Float(try inner.double("momentum", in: 0...1, default: 0.9)),
            weightDecay: Float(try inner.double("weight-decay", in: 0...1000, default: 1e-3)),
            unsampled: try inner.choice("unsampled", default: .decay))
        try inner.finish()
        normMomentum = try map.double("bn-momentum", in: 0...1, default: 0.4)
        sampling = try map.optional("sampling").map { try Sampling($0) } ?? Sampling(.shuffledCycle)
        try map.finish()
    }
}

extension Budget {
    init(_ node: YAMLNode) throws {
        let entries = try node.entries()
        guard entries.count == 1 else {
            throw node.error("expected exactly one of images, macs, steps and epochs, found \(entries.count)")
        }
        let unit = Budget.Unit(
            rawValue: try YAMLNode(tree: .text(entries[0].key, mark: node.tree.mark), path: node.path)
                .name(among: Budget.Unit.allCases.map(\.rawValue)))!
        self.init(unit, try entries[0].value.double(in: 1...1e18))
    }
}

extension YAMLNode {
    /// What stands for a mapping that was left out.
    fileprivate func nothing(at key: String) -> YAMLNode {
        YAMLNode(tree: YAMLTree(.mapping([]), mark: tree.mark), path: path.isEmpty ? key : "\(path).\(key)")
    }
}

extension Recipe.CheckpointRule {
    init(_ node: YAMLNode?) throws {
        self.init(everyBatches: 500, everySeconds: 60, keep: 3)
        guard let node else { return }
        var map = try node.mapping()
        everyBatches = try map.int("every-batches", in: 1...1_000_000_000, default: everyBatches)
        everySeconds = try map.double("every-seconds", in: 0.1...1e9, default: everySeconds)
        keep = try map.int("keep", in: 1...10_000, default: keep)
        try map.finish()
    }
}
