/// What a run has recorded between its decisions: the loss of every step, and what every scoring found.
package struct RunTrace: Sendable, Hashable, Codable {
    /// One scoring of the living children, on images of a role.
    package struct Scoring: Sendable, Hashable, Codable {
        /// The decision it was made for.
        package var round: Int
        /// Batches trained before it.
        package var step: Int
        package var role: String
        package var samples: [Sample]

        package init(round: Int, step: Int, role: String, samples: [Sample]) {
            (self.round, self.step, self.role, self.samples) = (round, step, role, samples)
        }
    }

    package struct Sample: Sendable, Hashable, Codable {
        package var child: String
        /// Larger is better: accuracy, or minus the loss.
        package var score: Double
        /// Mean cross entropy in nats; correct answers among all, 0 ... 1.
        package var loss: Double
        package var accuracy: Double
        package var images: Int

        package init(child: String, score: Double, loss: Double, accuracy: Double, images: Int) {
            (self.child, self.score, self.loss, self.accuracy, self.images) = (child, score, loss, accuracy, images)
        }
    }

    /// `values[i]` belongs to the step before which `steps[i]` batches had been trained; nil where it is not finite.
    package struct Curve: Sendable, Hashable, Codable {
        package var steps: [Int]
        package var values: [Double?]

        package init(steps: [Int] = [], values: [Double?] = []) { (self.steps, self.values) = (steps, values) }
    }

    /// What was searched, on which images.
    package struct Setting: Sendable, Hashable, Codable {
        package var space: String
        /// Children the run began with; nil where they are too many to count.
        package var children: Int?
        /// The data set's name, as the recipe has it.
        package var images: String
        package var batch: Int

        package init(space: String, children: Int?, images: String, batch: Int) {
            (self.space, self.children, self.images, self.batch) = (space, children, images, batch)
        }
    }

    package var setting: Setting
    /// Of the budget, 0 ... 1, as of the newest checkpoint; batches trained; decisions made, and how many there will be.
    package var fraction: Double
    package var step: Int
    package var round: Int
    package var rounds: Int
    package var trainLoss: Curve
    /// Oldest first; those for the next decision too.
    package var scorings: [Scoring]
    /// Seconds of recorded work up to each decision since the one before.
    package var seconds: [Double]
    /// The chosen child's operators; nil before the end.
    package var genotype: String?

    package init(
        setting: Setting, fraction: Double, step: Int, round: Int, rounds: Int, trainLoss: Curve, scorings: [Scoring],
        seconds: [Double], genotype: String? = nil
    ) {
        self.setting = setting
        self.fraction = fraction
        self.step = step
        self.round = round
        self.rounds = rounds
        self.trainLoss = trainLoss
        self.scorings = scorings
        self.seconds = seconds
        self.genotype = genotype
    }
}
