/// A child still alive, with everything measured of it.
public struct Survivor: Sendable, Hashable, Codable {
    /// The child's label: how a verdict names it.
    public var child: String
    /// Its index in the space; nil where a space is too large to have one.
    public var index: Int?
    /// The group whose weights it shares.
    public var group: Int
    /// Trainable parameters of the child alone.
    public var params: Int
    /// Multiply-adds of one forward pass of one image.
    public var macs: Int
    /// The child in its space's notation.
    public var genotype: String
    /// The choice at each slot, as an index into the space's operators: the child's identity.
    public var choices: [Int]
    /// Its scorings, oldest first.
    public var scores: [Score]
    /// Mean of the last w scorings in the recipe's measure, **larger is better** (a loss is negated), after the
    /// recipe's smoothing. Nil where the child was not scored or its scores are not finite.
    public var mean: Double?
    /// Standard error of `mean`; nil where it is not known.
    public var standardError: Double?
    /// True where the child is on probation: dropped from training, still scored. To keep it brings it back.
    public var probation: Bool

    /// A survivor from its parts.
    public init(
        child: String, index: Int? = nil, group: Int = 0, params: Int, macs: Int, genotype: String, choices: [Int],
        scores: [Score] = [], mean: Double?, standardError: Double? = nil, probation: Bool = false
    ) {
        self.child = child
        self.index = index
        self.group = group
        self.params = params
        self.macs = macs
        self.genotype = genotype
        self.choices = choices
        self.scores = scores
        self.mean = mean
        self.standardError = standardError
        self.probation = probation
    }

    enum CodingKeys: String, CodingKey {
        case child, index, group, params, macs, genotype, choices, scores, mean, standardError, probation
    }

    /// Reads every field; `probation` may be left out.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            child: try box.decode(String.self, forKey: .child),
            index: try box.decodeIfPresent(Int.self, forKey: .index),
            group: try box.decode(Int.self, forKey: .group),
            params: try box.decode(Int.self, forKey: .params), macs: try box.decode(Int.self, forKey: .macs),
            genotype: try box.decode(String.self, forKey: .genotype),
            choices: try box.decode([Int].self, forKey: .choices),
            scores: try box.decode([Score].self, forKey: .scores),
            mean: try box.decodeIfPresent(Double.self, forKey: .mean),
            standardError: try box.decodeIfPresent(Double.self, forKey: .standardError),
            probation: try box.decodeIfPresent(Bool.self, forKey: .probation) ?? false)
    }

    /// Writes every field, unknown numbers as `null`; `probation` only where it is true.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(child, forKey: .child)
        try box.encode(index, forKey: .index)
        try box.encode(group, forKey: .group)
        try box.encode(params, forKey: .params)
        try box.encode(macs, forKey: .macs)
        try box.encode(genotype, forKey: .genotype)
        try box.encode(choices, forKey: .choices)
        try box.encode(scores, forKey: .scores)
        try box.encode(mean.finite, forKey: .mean)
        try box.encode(standardError.finite, forKey: .standardError)
        if probation { try box.encode(true, forKey: .probation) }
    }
}

/// One scoring of one child.
public struct Score: Sendable, Hashable, Codable {
    /// The training step after which it was taken.
    public var step: Int
    /// The round it was taken in.
    public var round: Int
    /// The recipe's measure: `accuracy` or `loss`.
    public var kind: String
    /// The score in that measure, larger is better: the accuracy 0 ... 1, or minus the loss. Nil where not finite.
    public var value: Double?
    /// Mean cross entropy in nats, as it is (not negated); nil where not finite.
    public var loss: Double?
    /// Images scored on.
    public var n: Int
    /// Batch-norm statistics used: `batch`, `running` or `calibrated`.
    public var bn: String
    /// The probability with which this child entered the sample; 1 where all are scored.
    public var inclusion: Double

    /// A score from its parts.
    public init(
        step: Int, round: Int, kind: String, value: Double?, loss: Double?, n: Int, bn: String, inclusion: Double = 1
    ) {
        self.step = step
        self.round = round
        self.kind = kind
        self.value = value
        self.loss = loss
        self.n = n
        self.bn = bn
        self.inclusion = inclusion
    }

    /// Writes every field, numbers that are not finite as `null`.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(step, forKey: .step)
        try box.encode(round, forKey: .round)
        try box.encode(kind, forKey: .kind)
        try box.encode(value.finite, forKey: .value)
        try box.encode(loss.finite, forKey: .loss)
        try box.encode(n, forKey: .n)
        try box.encode(bn, forKey: .bn)
        try box.encode(inclusion, forKey: .inclusion)
    }
}
