import Foundation
import Foundations
import Policies
import Searches
import Testing

@Suite struct RecipeTests {
    private func read(_ text: String) throws -> Recipe { try Recipe(StrictYAML.parse(text, path: "r.yaml")) }

    @Test func builtInRecipesReadBack() throws {
        for name in BuiltInRecipes.texts.keys.sorted() {
            let recipe = try RecipeSource.read(name)
            #expect(try read(recipe.text) == recipe, "\(name)")
        }
    }

    @Test func theExampleReadsBackAndHasEveryKey() throws {
        let recipe = try read(RecipeExample.text)
        #expect(try read(recipe.text) == recipe)
        // Whatever a resolved recipe spells out, the example shows; `seeds` stands in a comment.
        let keys = recipe.text.matches(of: /[{ ]?([a-z-]+):/).map { String($0.1) }
        for key in keys where recipe.data.set == "synthetic" && !Self.syntheticKeys.contains(key) {
            #expect(RecipeExample.text.contains("\(key):"), "\(key)")
        }
    }

    private static let syntheticKeys = Set(SyntheticKeys.all)

    /// What the page and the example call a default is the default.
    @Test func defaultsAreThoseOfThePage() throws {
        let short = try read(
            "schema: espalier.recipe/1\nspace: deeper-insights\ndata: {set: synthetic, hold-out: {rank: 1}}\n"
                + "train: {budget: {steps: 1}}\n")
        let spelt = try read(
            """
            schema: espalier.recipe/1
            space: deeper-insights
            data: {set: synthetic, hold-out: {rank: 1, pick: 0}, resize: none, augment: []}
            seed: 0
            train:
              batch: 256
              budget: {steps: 1}
              optimizer: {lr: 0.025, lr-end: 0.001, schedule: cosine, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
              bn-momentum: 0.4
              sampling: shuffled-cycle
            sharing: {mode: all}
            score: {on: rank, bn: batch, calibration-images: 2560, measure: loss, window: 4, smooth: none, probe: {batches: 0}}
            rounds: []
            policy: {use: keep-all}
            checkpoint: {every-batches: 500, every-seconds: 60, keep: 3}
            """)
        #expect(short == spelt)
        let page = try String(contentsOfFile: Program.repository + "/docs/recipes.md", encoding: .utf8)
        for row in [
            ("train.batch", "256"), ("train.optimizer.lr`, `.lr-end", "0.025, 0.001"),
            ("train.optimizer.momentum", "0.9"),
            ("train.optimizer.weight-decay", "1.0e-3"), ("train.bn-momentum", "0.4"), ("score.window", "4"),
            ("train.sampling", "`shuffled-cycle`"), ("score.calibration-images", "2560"), ("score.bn", "`batch`"),
            ("checkpoint.every-batches", "500"), ("checkpoint.every-seconds", "60"), ("checkpoint.keep", "3"),
        ] {
            let line = page.split(separator: "\n").first { $0.hasPrefix("| `\(row.0)` |") }
            #expect(line?.hasSuffix("| \(row.1) |") == true, "\(row.0): \(line ?? "no row")")
        }
    }

    @Test func textReadsBackWhateverIsSet() throws {
        var stream = RandomStream(seed: 1, purpose: .test)
        func pick<T>(_ values: [T]) -> T { values[stream.below(values.count)] }
        func real() -> Double { Double(stream.below(1 << 30)) / Double(1 << stream.below(40)) }
        func small() -> Double { Double(stream.below(1 << 30)) / Double(1 << 30) / Double(1 << stream.below(30)) }
        for _ in 0..<300 {
            var settings = [
                "seeds.init=\(pick([0, 1, UInt64.max]))", "seeds.order=\(stream.below(1000))", "seeds.data=3",
                "seeds.augment=\(UInt64(1) << UInt64(stream.below(63)))",
                "train.batch=\(1 + stream.below(65_536))",
                "train.budget={\(pick(["images", "macs", "steps", "epochs"])): \(1 + real())}",
                "train.optimizer.lr=\(small())", "train.optimizer.lr-end=\(small())",
                "train.optimizer.momentum=\(small())",
                "train.optimizer.weight-decay=\(small())", "train.optimizer.schedule=\(pick(["cosine", "constant"]))",
                "train.optimizer.unsampled=\(pick(["decay", "skip"]))", "train.bn-momentum=\(small())",
                "train.sampling=\(pick(["uniform", "sequential", "shuffled-once", "shuffled-cycle", "fair", "{use: sandwich}", "by-score", "{use: by-score, floor: \(small())}"]))",
                "sharing=\(pick(["{mode: all}", "{mode: groups, count: 3}", "{mode: groups, by: similarity, count: 64}"]))",
                "score.bn=\(pick(["batch", "running", "calibrated"]))", "score.measure=\(pick(["loss", "accuracy"]))",
                "score.on=\(pick(["rank", "pick", "test", "train"]))", "score.window=\(1 + stream.below(1000))",
                "data.augment=\(pick(["[]", "[flip]", "[crop-16]", "[flip, crop-1]"]))",
                "data.synthetic={contrast: \(small() * 255), seed: \(stream.below(9)), side: \(12 + stream.below(53))}",
                "policy=\(pick(["keep-all", "{use: keep-fraction, keep: \(small() + 1e-9)}", "keep-fraction"]))",
                "rounds=\(pick(["[]", "[{at: \(0.1 + small() / 10)}, {at: 0.25, regroup: {by: similarity, count: 7}}]"]))",
                "checkpoint={every-batches: \(1 + stream.below(1000)), every-seconds: \(0.1 + small()), keep: 1}",
                "space=\(pick(["nas-bench-201", "{use: deeper-insights, cells: 3, channels: 8}", "a b#c.yaml", "'12'", "\"it's: \\\"x\\\"\""]))",
            ]
            settings = ["seed=null"] + settings
            let base = try StrictYAML.parse(try #require(BuiltInRecipes.texts["demo"]), path: "demo")
            var node = base
            for setting in settings.dropFirst() { node = try node.setting(setting) }
            guard case .mapping(let entries) = node.tree.content else { return }
            node.tree.content = .mapping(entries.filter { $0.key != "seed" })
            let recipe = try Recipe(node)
            #expect(try read(recipe.text) == recipe, "\(recipe.text)")
            #expect(try read(recipe.text).text == recipe.text)
        }
    }

    /// The built-in demo with one setting, and what is wrong with it.
    @Test(arguments: [
        ("train.batchh=3", "train.batchh: unknown key; did you mean 'batch'?"),
        ("policie=keep-all", "policie: unknown key; did you mean 'policy'?"),
        (
            "train.optimizer.nesterov=true",
            "train.optimizer.nesterov: unknown key; expected one of lr, lr-end, momentum, restart, schedule, unsampled, warm-up, weight-decay"
        ),
        ("train.batch=0", "train.batch: expected a whole number from 1 to 65536, found '0'"),
        ("train.batch=-4", "train.batch: expected a whole number from 1 to 65536, found '-4'"),
        ("train.batch=064", "train.batch: expected a whole number from 1 to 65536, found '064'"),
        ("train.batch=1:30", "train.batch: expected a whole number from 1 to 65536, found '1:30'"),
        ("train.batch=1e2", "train.batch: expected a whole number from 1 to 65536, found '1e2'"),
        (
            "train.batch=99999999999999999999",
            "train.batch: expected a whole number from 1 to 65536, found '99999999999999999999'"
        ),
        ("train.batch='64'", "train.batch: expected a whole number from 1 to 65536, found the text \"64\""),
        ("train.batch=", "train.batch: expected a whole number from 1 to 65536, found nothing"),
        ("train.batch=[64]", "train.batch: expected a whole number from 1 to 65536, found a list"),
        ("train.optimizer.lr=.nan", "train.optimizer.lr: expected a number from 0 to 1000, found '.nan'"),
        ("train.optimizer.lr=1e999", "train.optimizer.lr: expected a number from 0 to 1000, found '1e999'"),
        ("train.optimizer.lr=-0.1", "train.optimizer.lr: expected a number from 0 to 1000, found '-0.1'"),
        ("train.optimizer.momentum=1.5", "train.optimizer.momentum: expected a number from 0 to 1, found '1.5'"),
        ("train.optimizer.schedule=cosin", "train.optimizer.schedule: unknown name 'cosin'; did you mean 'cosine'?"),
        (
            "train.sampling=random",
            "train.sampling: unknown name 'random'; expected one of uniform, sequential, shuffled-once, shuffled-cycle, "
                + "fair, sandwich, by-score"
        ),
        ("train.sampling={use: by-scor}", "train.sampling.use: unknown name 'by-scor'; did you mean 'by-score'?"),
        ("train.sampling={floor: 0.5}", "train.sampling: the key 'use' is missing"),
        (
            "train.sampling={use: by-score, floor: 2}",
            "train.sampling.floor: expected a number from 0 to 1, found '2'"
        ),
        ("train.sampling={use: fair, floor: 0.5}", "train.sampling.floor: unknown key; expected one of use"),
        ("train.budget=100", "train.budget: expected a mapping, found '100'"),
        ("train.budget={}", "train.budget: expected exactly one of images, macs, steps and epochs, found 0"),
        (
            "train.budget={images: 5, steps: 5}",
            "train.budget: expected exactly one of images, macs, steps and epochs, found 2"
        ),
        ("train.budget={image: 5}", "train.budget: unknown name 'image'; did you mean 'images'?"),
        ("train.budget.images=0", "train.budget.images: expected a number from 1 to 1000000000000000000, found '0'"),
        ("seed=-1", "seed: expected a whole number from 0 to 18446744073709551615, found '-1'"),
        ("seed=yes", "seed: expected a whole number from 0 to 18446744073709551615, found 'yes'"),
        ("data.set=cifar", "data.set: unknown name 'cifar'; did you mean 'cifar10'?"),
        ("data.folder=x", "data.folder: the synthetic set is drawn, it has no folder"),
        ("data.resize=8", "data.resize: unknown name '8'; expected one of none, 14, 16"),
        ("data.augment=flip", "data.augment: expected a list, found 'flip'"),
        (
            "data.augment=[flop]",
            "data.augment: found \"flop\", expected crop-N (N from 1 to 16) and flip, each at most once"
        ),
        (
            "data.augment=[flip, flip]",
            "data.augment: found \"flip\", expected crop-N (N from 1 to 16) and flip, each at most once"
        ),
        ("data.hold-out.rank=-1", "data.hold-out.rank: expected a whole number from 0 to 2147483647, found '-1'"),
        ("data.hold-out.rank=0", "demo:17: score: on: role rank holds no images; give data.hold-out.rank at least 1"),
        ("data.synthetic.side=7", "data.synthetic: side is 7, expected 8...64"),
        ("data.synthetic.sides=8", "data.synthetic.sides: unknown key; did you mean 'side'?"),
        ("sharing=all", "sharing: expected a mapping, found 'all'"),
        (
            "sharing={mode: some}",
            "sharing.mode: unknown name 'some'; did you mean 'none'?"
        ),
        ("sharing={mode: prefix}", "sharing: the key 'cells' is missing"),
        ("sharing={mode: keyword, share: []}", "sharing.share: expected at least 1 items, found 0"),
        (
            "sharing={mode: adaptive, count: 2}",
            "sharing.count: unknown key; expected one of batches, below, by, independent, least, mode, partition, reset, using, weighted"
        ),
        (
            "sharing={mode: none, independent: 1}", "sharing.independent: expected true or false, found '1'"
        ),
        (
            "sharing={mode: prefix, cells: 1, independent: true}",
            "sharing.independent: groups with parameters in common cannot have budgets of their own"
        ),
        (
            "sharing={mode: groups, by: gradient, count: 2}",
            "sharing: groups by gradient need training first; give them as a round's regroup"
        ),
        ("sharing={mode: groups}", "sharing: the key 'count' is missing"),
        ("score.on=calibrate", "score.on: unknown name 'calibrate'; expected one of rank, pick, test, train"),
        ("score.bn=frozen", "score.bn: unknown name 'frozen'; expected one of batch, running, calibrated"),
        ("score.window=0", "score.window: expected a whole number from 1 to 1000, found '0'"),
        ("score.probe.batches=-1", "score.probe.batches: expected a whole number from 0 to 10000, found '-1'"),
        ("score.smooth=splines", "score.smooth: unknown name 'splines'; expected one of none, main-effects"),
        ("score.gate=2", "score.gate: expected a number from -1 to 1, found '2'"),
        ("score.residual=log", "score.residual: unknown name 'log'; expected one of none, log-params"),
        ("rounds=none", "rounds: expected a list, found 'none'"),
        ("rounds.0.at=0", "rounds.0.at: decisions lie between 0 and 1, each after the one before; found 0.0 after 0.0"),
        ("rounds.1.at=1", "rounds.1.at: decisions lie between 0 and 1, each after the one before; found 1.0 after 0.5"),
        (
            "rounds.0.at=0.7",
            "demo:20: rounds.1.at: decisions lie between 0 and 1, each after the one before; found 0.7 after 0.7"
        ),
        (
            "rounds.0.regroup=similarity",
            "rounds.0.regroup: expected none or {by: similarity, count: m}, found 'similarity'"
        ),
        (
            "rounds.0.regroup={by: chance, count: 2}",
            "rounds.0.regroup.by: unknown name 'chance'; expected one of similarity, random, correlation, gradient"
        ),
        (
            "rounds.0.regroup={by: random, count: 2, weighted: macs}",
            "rounds.0.regroup.weighted: 'weighted' belongs to groups by similarity, not by random"
        ),
        (
            "rounds.0.regroup={by: gradient, count: 2, using: slices}",
            "rounds.0.regroup.using: slices are cut from the order of choices; groups by gradient need agglomeration"
        ),
        ("rounds=[{at: 0.5, steps: 7}]", "rounds.0: expected exactly one of at, steps and epochs, found 2"),
        (
            "rounds=[{steps: 7}, {steps: 7}]",
            "rounds.1.steps: decisions lie each after the one before; found 7.0 after 7.0"
        ),
        ("rounds.0.regroup={by: similarity}", "rounds.0.regroup: the key 'count' is missing"),
        ("rounds.9.at=0.9", "2 rounds.9: expected an item number from 0 to 2, found '9'"),
        ("rounds.first.at=0.9", "2 rounds.first: expected an item number from 0 to 2, found 'first'"),
        ("policy={keep: 0.5}", "policy: the key 'use' is missing (or 'program')"),
        (
            "policy={use: keep-fraction, keep: half}",
            "policy: keep-fraction: keep is \"half\", expected a number above 0.0 and at most 1.0"
        ),
        (
            "policy={use: keep-fraction, kepe: 0.5}",
            "policy: keep-fraction: unknown parameter \"kepe\" (did you mean keep?)"
        ),
        (
            "policy={use: keep-fraction, keep: 1.5}",
            "policy: keep-fraction: keep is 1.5, expected a number above 0.0 and at most 1.0"
        ),
        (
            "policy=keep-best",
            "policy: unknown policy \"keep-best\" (known: "
                + "\(PolicyCatalogue.builtIn.entries.map(\.name).sorted().joined(separator: ", ")))"
        ),
        ("checkpoint.keep=0", "checkpoint.keep: expected a whole number from 1 to 10000, found '0'"),
        ("space={cells: 2}", "space: the key 'use' is missing"),
        (
            "space={use: deeper-insights, cells: two}",
            "space.cells: expected a whole number from 0 to 65536, found 'two'"
        ),
        ("schema=espalier.recipe/2", "demo:3: schema: expected espalier.recipe/1, found \"espalier.recipe/2\""),
        ("seed.init=1", "2 seed.init: 'seed' is '7', expected a mapping"),
        ("train..batch=1", "2 train..batch: a path has an empty part"),
        ("train", "2 expected path.to.key=value"),
    ])
    func wrongSettings(setting: String, message: String) {
        var found = complaint { _ = try RecipeSource.read(nil, settings: [setting]) }
        if let flag = found.range(of: "--set \(setting): ") { found.removeSubrange(flag) }
        #expect(found == message, "\(setting)")
    }

    @Test(arguments: [
        ("schema: espalier.recipe/1\n", "r.yaml:1: the key 'space' is missing"),
        (
            "schema: espalier.recipe/1\nspace: deeper-insights\ndata: {set: synthetic}\n",
            "r.yaml:1: the key 'train' is missing"
        ),
        (
            "schema: espalier.recipe/1\nspace: deeper-insights\ndata: {set: synthetic}\ntrain: {batch: 8}\n",
            "r.yaml:4: train: the key 'budget' is missing"
        ),
        (
            "schema: espalier.recipe/1\nspace: deeper-insights\ndata: {set: synthetic}\ntrain: {budget: {steps: 1}}\n",
            "r.yaml:1: score: on: role rank holds no images; give data.hold-out.rank at least 1"
        ),
        ("space: deeper-insights\n", "r.yaml:1: the key 'schema' is missing"),
        ("- 1\n", "r.yaml:1: expected a mapping, found a list"),
        (
            "schema: espalier.policy/1\nuse: keep-all\n",
            "r.yaml:1: schema: expected espalier.recipe/1, found \"espalier.policy/1\""
        ),
    ])
    func wrongFiles(text: String, message: String) {
        #expect(complaint { _ = try read(text) } == message, "\(text)")
    }

    /// Code and message of what `body` throws.
    private func complaint(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch let error as any Complaint {
            return (error.exitCode == .recipe ? "" : "\(error.exitCode.rawValue) ") + error.description
        } catch {
            return "another error: \(error)"
        }
    }
}

private enum SyntheticKeys {
    /// Knobs of the built-in images; the example shows some of them.
    static let all = [
        "seed", "test", "channels", "fine", "coarse", "relation", "pairs", "fine-period", "coarse-period", "distance",
        "contrast", "contrast-spread", "mark-contrast", "clutter", "colour", "background", "noise",
    ]
}
