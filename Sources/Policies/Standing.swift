/// What a policy sees: where the run stands when a round's decision is due.
///
/// The JSON form has the same names (`"survivors"`, `"macsSpent"`, ...). A number that is not known or not finite is
/// nil here and `null` there; no field is ever NaN.
public struct Standing: Sendable, Hashable, Codable {
    /// The run's name.
    public var run: String
    /// The round this decision ends, from 0.
    public var round: Int
    /// The seed for a policy's own draws.
    public var seed: UInt64
    /// What has been spent, and of how much.
    public var budget: Budget
    /// The space searched.
    public var space: Space
    /// The children still alive, each with its scores. For a space too large to list: the scored sample.
    public var survivors: [Survivor]
    /// What is known of single choices (angles, effects); often empty.
    public var operators: [OperatorMeasure]
    /// What the policy's last verdict asked to be remembered; nil at first.
    public var state: String?
    /// What the last scorings tell of each pair of children; only where the policy ``PruningPolicy/needs`` it.
    public var pairs: PairedScores?

    /// A standing from its parts.
    public init(
        run: String, round: Int, seed: UInt64, budget: Budget, space: Space, survivors: [Survivor],
        operators: [OperatorMeasure] = [], state: String? = nil, pairs: PairedScores? = nil
    ) {
        self.run = run
        self.round = round
        self.seed = seed
        self.budget = budget
        self.space = space
        self.survivors = survivors
        self.operators = operators
        self.state = state
        self.pairs = pairs
    }

    /// Writes every field, `state` as `null` where there is none; `pairs` only where there are any.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(run, forKey: .run)
        try box.encode(round, forKey: .round)
        try box.encode(seed, forKey: .seed)
        try box.encode(budget, forKey: .budget)
        try box.encode(space, forKey: .space)
        try box.encode(survivors, forKey: .survivors)
        try box.encode(operators, forKey: .operators)
        try box.encode(state, forKey: .state)
        try box.encodeIfPresent(pairs, forKey: .pairs)
    }
}

extension Standing {
    /// What a run has spent when a decision is due.
    public struct Budget: Sendable, Hashable, Codable {
        /// Multiply-adds charged so far: three times a child's for a training image, once for a scored one.
        public var macsSpent: Double
        /// Multiply-adds the run may charge in all.
        public var macsTotal: Double
        /// Image passes so far: training, scoring and calibration.
        public var imagesSpent: Int
        /// The spent fraction of the budget, 0 ... 1, in the budget's own unit.
        public var fraction: Double
        /// Decisions still to come after this one.
        public var roundsLeft: Int
        /// The spent fraction at which the recipe's next decision is due; nil, and left out of the JSON, where there
        /// is none or it is not told.
        public var nextFraction: Double?

        /// A budget from its parts.
        public init(
            macsSpent: Double, macsTotal: Double, imagesSpent: Int, fraction: Double, roundsLeft: Int,
            nextFraction: Double? = nil
        ) {
            self.macsSpent = macsSpent
            self.macsTotal = macsTotal
            self.imagesSpent = imagesSpent
            self.fraction = fraction
            self.roundsLeft = roundsLeft
            self.nextFraction = nextFraction
        }
    }

    /// The search space, and what of it is alive.
    public struct Space: Sendable, Hashable, Codable {
        /// The space's name, such as `deeper-insights`.
        public var name: String
        /// Children of the whole space; the largest integer where there are more.
        public var children: Int
        /// Children still alive.
        public var alive: Int
        /// The places where a choice is made, in the order of a child's `choices`.
        public var slots: [Slot]

        /// A space from its parts.
        public init(name: String, children: Int, alive: Int, slots: [Slot]) {
            self.name = name
            self.children = children
            self.alive = alive
            self.slots = slots
        }
    }

    /// What is known of one choice in one slot.
    public struct OperatorMeasure: Sendable, Hashable, Codable {
        /// The slot's name.
        public var slot: String
        /// The choice's name.
        public var choice: String
        /// What was measured, such as `angle`.
        public var kind: String
        /// The value; nil where it is not finite.
        public var value: Double?

        /// A measure from its parts.
        public init(slot: String, choice: String, kind: String, value: Double?) {
            self.slot = slot
            self.choice = choice
            self.kind = kind
            self.value = value
        }

        /// Writes every field, a value that is not finite as `null`.
        public func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            try box.encode(slot, forKey: .slot)
            try box.encode(choice, forKey: .choice)
            try box.encode(kind, forKey: .kind)
            try box.encode(value.finite, forKey: .value)
        }
    }
}

extension Double? {
    /// Nil where the number is infinite or NaN.
    var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
