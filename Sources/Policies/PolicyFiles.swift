/// The files of `policies/` as the program carries them; a test holds the two equal.
package enum PolicyFiles {
    /// Text by file name.
    package static let texts = ["keep-all.yaml": keepAll, "keep-fraction.yaml": keepFraction]

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
}
