import Datasets
import Foundations
import Supernets

extension Recipe.Scoring {
    init(_ node: YAMLNode, data: Recipe.DataChoice) throws {
        var map = try node.mapping()
        let word = try map.name("on", among: ["rank", "pick", "test", "train"], default: "rank")
        role = Role(rawValue: word)!
        statistics = try map.choice("bn", default: .batch)
        calibrationImages = try map.int("calibration-images", in: 1...Int(Int32.max), default: 2560)
        measure = try map.choice("measure", default: .loss)
        window = try map.int("window", in: 1...1000, default: 4)
        model = Recipe.RankingModel(
            smoothing: try map.choice("smooth", default: Recipe.RankingModel.Smoothing.none),
            afterParams: try map.name("residual", among: ["none", "log-params"], default: "none") == "log-params",
            sizePrior: try map.double("size-prior", in: -100...100, default: 0))
        gate = nil
        if let place = map.optional("gate") {
            if case .scalar("none", _) = place.tree.content {} else { gate = try place.double(in: -1...1) }
        }
        sample = try map.int("sample", in: 2...20_000, default: 1000)
        probe = Recipe.ProbeChoice(batches: 0, rate: 0.005)
        if let node = map.optional("probe") {
            var inner = try node.mapping()
            probe.batches = try inner.int("batches", in: 0...10_000, default: 0)
            probe.rate = try inner.double("lr", in: 0...1000, default: probe.rate)
            try inner.finish()
        }
        try map.finish()
        let held = role == .rank ? data.holdOut.rank : role == .pick ? data.holdOut.pick : 1
        guard held > 0 else {
            throw node.error("on: role \(word) holds no images; give data.hold-out.\(word) at least 1")
        }
    }

    /// As a recipe spells it.
    var text: String {
        "{on: \(role.rawValue), bn: \(statistics.rawValue), calibration-images: \(calibrationImages), "
            + "measure: \(measure.rawValue), window: \(window), smooth: \(model.smoothing.rawValue), "
            + "residual: \(model.afterParams ? "log-params" : "none"), size-prior: \(model.sizePrior), "
            + "gate: \(gate.map { "\($0)" } ?? "none"), sample: \(sample), "
            + "probe: {batches: \(probe.batches), lr: \(probe.rate)}}"
    }
}
