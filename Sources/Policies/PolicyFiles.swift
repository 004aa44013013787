/// The files of `policies/` as the program carries them; a test holds the two equal.
package enum PolicyFiles {
    /// Text by file name.
    package static let texts = [
        "keep-all.yaml": keepAll, "keep-fraction.yaml": keepFraction, "confident-cut.yaml": confidentCut,
    ]

    private static let keepAll = """
        # Keeps everyone until the end: uniform sampling, the baseline of every comparison.
        schema: espalier.policy/1
        use: keep-all

        """

    private static let keepFraction = """
        # Keeps the best half of the survivors at each decision, by mean score.
        schema: espalier.policy/1
        use: keep-fraction
        keep: 0.5       # the share that is kept, above 0 and at most 1

        """

    private static let confidentCut = """
        # Drops a child only where it is shown to be worse than at least `keep` others: at least four snapshots, paired image by
        # image, tested at a level over all rounds. What stays in doubt is trained on, and the next decision comes later.
        schema: espalier.policy/1
        use: confident-cut
        keep: 4           # true leaders of the supernet that are protected; below 1 a share of the first survivors
        alpha: 0.1        # the chance, over all rounds, that one of them is dropped
        rho-at-most: 0.95 # the largest correlation of neighbouring snapshots reckoned with

        """
}
